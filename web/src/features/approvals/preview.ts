// What an operation will do, taken apart for showing: changes with before and after, and plain facts. Pure.
import type { ApprovalPartsFragment } from '#/api/gen/operations'

export type Approval = ApprovalPartsFragment
export type Preview = Approval['preview']

export type Line = { name: string; before: string | null; after: string }

/** Every particular, changes first. What stays as it is is left out of the changes, so that what differs is seen. */
export function linesOf(preview: Preview): Line[] {
  const values = new Map(preview.details.map((one) => [one.name, one.value]))
  const changes: Line[] = []
  const facts: Line[] = []
  for (const [name, value] of values) {
    const stem = /^(.+)_(before|after)$/.exec(name)?.[1]
    const paired = stem && values.has(`${stem}_before`) && values.has(`${stem}_after`)
    if (!paired) facts.push({ name, before: null, after: value })
    else if (name.endsWith('_after')) {
      const before = values.get(`${stem}_before`) ?? ''
      if (before === value) facts.push({ name: stem, before: null, after: value })
      else changes.push({ name: stem, before, after: value })
    }
  }
  return [...changes, ...facts]
}

/** What an id was called when the approval was asked for. */
export function nameOf(preview: Preview, id: string): string | undefined {
  return preview.names.find((one) => one.id === id)?.name
}
