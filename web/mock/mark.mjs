// Marks of the mock: a code for each page that is opened, and the way back from it to the event.
import { randomInt } from 'node:crypto'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const SHOWN_BY = ['READ_CONTENT', 'SEARCH', 'READ_DIRECTORY', 'READ_AUDIT', 'MANAGE_ROLES']

const newCode = () => {
  const letters = Array.from({ length: 8 }, () => ALPHABET[randomInt(32)]).join('')
  return `${letters.slice(0, 4)}-${letters.slice(4)}`
}
const plain = (code) =>
  code.toUpperCase().replaceAll(/[- ]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')

export function marks(desk, trail) {
  const opened = new Map()
  let marked = true
  return {
    pageMark: ({ page, about }, context) => {
      const viewer = desk.need(context, null)
      if (!SHOWN_BY.some((action) => viewer.can.includes(action))) {
        desk.need(context, 'READ_CONTENT')
      }
      if (!marked) return null
      const code = newCode()
      const details = { page: page.toLowerCase() }
      opened.set(plain(code), trail.note(viewer, 'page.open', { object: about ?? null, details }))
      return { name: viewer.user.name, at: new Date().toISOString(), code }
    },
    markedEvent: ({ code }, context) => {
      desk.need(context, 'READ_AUDIT')
      return trail.event(opened.get(plain(code)))
    },
    pagesAreMarked: (_, context) => {
      desk.need(context, 'MANAGE_ROLES')
      return marked
    },
    setPagesAreMarked: ({ input }, context) => {
      desk.need(context, 'MANAGE_ROLES')
      marked = input.marked
      return { marked }
    },
  }
}
