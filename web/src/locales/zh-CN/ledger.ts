export const ledger = {
  title: '账本',
}
