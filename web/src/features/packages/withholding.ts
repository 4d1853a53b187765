// What an asker wants withheld, as the form keeps it and as the server is told.
import type { WithholdCode, WithholdInput } from '#/api/gen/operations'

export type Kind = 'PERSON' | 'WORDS' | 'MESSAGE'

export type Wish = {
  key: number
  kind: Kind
  /** The person's account, or the message's id. */
  of: string
  words: string
  code: WithholdCode
  note: string
}

export function newWish(key: number): Wish {
  return { key, kind: 'PERSON', of: '', words: '', code: 'PRIVACY', note: '' }
}

/** Whether a wish says what it is about. */
export function isSaid(wish: Wish): boolean {
  return wish.of.trim() !== '' && (wish.kind !== 'WORDS' || wish.words.trim() !== '')
}

function target({ kind, of, words }: Wish): WithholdInput['target'] {
  const id = of.trim()
  switch (kind) {
    case 'PERSON':
      return { person: id }
    case 'MESSAGE':
      return { message: id }
    case 'WORDS':
      return { words: { message: id, words: words.split(/\s+/).filter(Boolean) } }
  }
}

/** What the server is told; wishes that say nothing are left out. */
export function withholdInput(wishes: readonly Wish[]): WithholdInput[] {
  return wishes
    .filter(isSaid)
    .map((wish) => ({ target: target(wish), code: wish.code, note: wish.note.trim() }))
}
