// Departments as a tree: the server lists parents before their children, each branch whole.

export type Department = { id: string; name: string; parentId: string | null }

export type Branch<D extends Department> = {
  department: D
  /** How many departments are above it. */
  depth: number
  /** Its names from the top: 门诊部/内科. */
  path: string
}

/** The departments in their order, each with its place in the tree. Ends on circles, which hostile directories may have. */
export function branches<D extends Department>(all: readonly D[]): Branch<D>[] {
  const known = new Map(all.map((one) => [one.id, one]))
  return all.map((department) => {
    const names = [department.name]
    const seen = new Set([department.id])
    let above = known.get(department.parentId ?? '')
    while (above && !seen.has(above.id)) {
      seen.add(above.id)
      names.unshift(above.name)
      above = known.get(above.parentId ?? '')
    }
    return { department, depth: names.length - 1, path: names.join('/') }
  })
}

/** A department and all that lie below it. */
export function withBelow(all: readonly Department[], id: string): Set<string> {
  const found = new Set([id])
  let grown = true
  while (grown) {
    const before = found.size
    for (const one of all) {
      if (one.parentId !== null && found.has(one.parentId)) found.add(one.id)
    }
    grown = found.size > before
  }
  return found
}
