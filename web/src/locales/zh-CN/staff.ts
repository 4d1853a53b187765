export const staff = {
  title: '员工',
}
