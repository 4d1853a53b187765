export const ledger = {
  title: '账本',
  text: '全部记录与审计事件的默克尔账本（RFC 6962）。任何人拿到检查点与验证密钥，都能独立核对一条记录未被改动。',
  size: '条目',
  checkpoint: '检查点',
  noCheckpoint: '尚无',
  root: '根哈希',
  empty: '账本尚无条目',
  covered: '检查点已覆盖全部条目',
  behind: '{{count}} 条等待检查点',
}
