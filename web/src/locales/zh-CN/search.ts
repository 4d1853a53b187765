export const search = {
  title: '搜索',
}
