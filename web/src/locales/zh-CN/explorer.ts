export const explorer = {
  title: 'API 浏览器',
}
