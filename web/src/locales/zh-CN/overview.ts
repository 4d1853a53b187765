export const overview = {
  title: '概览',
}
