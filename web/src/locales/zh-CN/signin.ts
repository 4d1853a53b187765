export const signin = {
  title: '登录',
  text: '公司与客户往来消息的存档。',
  login: '登录名',
  password: '密码',
  wrong: '登录名或密码不对。',
  locked: '尝试次数过多。请在 {{seconds}} 秒后再试。',
}
