// Who holds a role.
import type { Holder, Role } from './page'

export function holdersOf(role: Role, users: Holder[]): Holder[] {
  return users.filter((user) => user.roles.some((held) => held.id === role.id))
}
