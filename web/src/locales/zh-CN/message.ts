export const message = {
  title: '消息',
}
