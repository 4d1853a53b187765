// Masked values in texts: each a button that asks why, and shows the value until the page is left.
import { createContext, Fragment, type ReactNode, useContext, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MaskedPartsFragment, TextPart } from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import styles from './Masked.module.css'
import { cutAt } from './masking'
import { RevealDialog, type RevealSubject } from './RevealDialog'

type Masking = {
  values: readonly MaskedPartsFragment[]
  revealed: ReadonlyMap<number, string>
  /** Null for those who may not reveal. */
  ask: ((value: MaskedPartsFragment, shown: string) => void) | null
}

const Context = createContext<Masking>({ values: [], revealed: new Map(), ask: null })

/** Everything inside draws the masked values of one message or customer. */
export function MaskedTexts(props: {
  subject: RevealSubject
  values: readonly MaskedPartsFragment[]
  children: ReactNode
}) {
  const { subject, values, children } = props
  const may = useCan()('REVEAL')
  const [revealed, setRevealed] = useState<ReadonlyMap<number, string>>(new Map())
  const [asked, setAsked] = useState<{ value: MaskedPartsFragment; shown: string } | null>(null)
  if (values.length === 0) return children
  const ask = may ? (value: MaskedPartsFragment, shown: string) => setAsked({ value, shown }) : null
  return (
    <Context value={{ values, revealed, ask }}>
      {children}
      {asked && (
        <RevealDialog
          subject={subject}
          value={asked.value}
          shown={asked.shown}
          onClose={() => setAsked(null)}
          onRevealed={(value) => {
            setRevealed(new Map([...revealed, [asked.value.index, value]]))
            setAsked(null)
          }}
        />
      )}
    </Context>
  )
}

/** A text of the message or customer around it, at most `chars` of it. */
export function MaskedText(props: {
  text: string
  part: TextPart
  item?: number | null | undefined
  number?: number
  chars?: number
}) {
  const { values } = useContext(Context)
  const { text, part, item = null, number = 0, chars = text.length } = props
  const here = values.filter(
    (value) => value.part === part && value.item === item && value.number === number,
  )
  const shown = chars < text.length ? `${text.slice(0, chars)}…` : text
  return cutAt(shown, here).map(({ text: piece, value }, place) =>
    value ? (
      <Value key={value.index} value={value} shown={piece} />
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no name of their own and never move
      <Fragment key={`text-${place}`}>{piece}</Fragment>
    ),
  )
}

function Value({ value, shown }: { value: MaskedPartsFragment; shown: string }) {
  const { t } = useTranslation(['body', 'model'])
  const { revealed, ask } = useContext(Context)
  const kind = t(`model:personal.${value.kind}`)
  const whole = revealed.get(value.index)
  if (whole !== undefined) {
    return (
      <strong className={styles.revealed} title={t('body:revealed', { kind })} aria-live="polite">
        {whole}
      </strong>
    )
  }
  if (!ask) {
    return (
      <span className={styles.masked} title={t('body:masked', { kind })}>
        {shown}
      </span>
    )
  }
  return (
    <button
      type="button"
      className={styles.button}
      title={t('body:reveal', { kind })}
      aria-label={t('body:revealLabel', { kind, shown })}
      onClick={(event) => {
        // The text may stand inside something that is itself to be pressed.
        event.stopPropagation()
        ask(value, shown)
      }}
    >
      {shown}
    </button>
  )
}
