export const account = {
  title: '账号',
}
