export const system = {
  title: '系统状态',
}
