// What is to be withheld: people, messages, words, each with a code and a note.
import { Button, Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { WithholdCode } from '#/api/gen/operations'
import { Field } from '#/ui/Field'
import styles from './packages.module.css'
import { type Kind, newWish, type Wish } from './withholding'

const KINDS: Kind[] = ['PERSON', 'WORDS', 'MESSAGE']
const CODES: WithholdCode[] = ['PRIVILEGE', 'PRIVACY', 'SECRET', 'UNRELATED']

export function Withholding(props: { wishes: Wish[]; onChange: (wishes: Wish[]) => void }) {
  const { t } = useTranslation('packages')
  const { wishes, onChange } = props
  const change = (next: Wish) =>
    onChange(wishes.map((wish) => (wish.key === next.key ? next : wish)))
  return (
    <>
      <p>{t('withholdText')}</p>
      {wishes.map((wish) => (
        <OneWish
          key={wish.key}
          wish={wish}
          onChange={change}
          onRemove={() => onChange(wishes.filter((one) => one.key !== wish.key))}
        />
      ))}
      <div>
        <Button
          onClick={() =>
            onChange([...wishes, newWish(1 + Math.max(0, ...wishes.map((w) => w.key)))])
          }
        >
          {t('addWithhold')}
        </Button>
      </div>
    </>
  )
}

function OneWish(props: { wish: Wish; onChange: (wish: Wish) => void; onRemove: () => void }) {
  const { t } = useTranslation('packages')
  const { wish, onChange } = props
  return (
    <div className={styles.withhold}>
      <Field label={t('target')}>
        {(field) => (
          <Select
            {...field}
            value={wish.kind}
            options={KINDS.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
            onChange={(kind) => onChange({ ...wish, kind })}
          />
        )}
      </Field>
      <Field label={t(wish.kind === 'PERSON' ? 'party' : 'messageId')}>
        {(field) => (
          <Input
            {...field}
            value={wish.of}
            onChange={(event) => onChange({ ...wish, of: event.target.value })}
          />
        )}
      </Field>
      {wish.kind === 'WORDS' && (
        <Field label={t('words')}>
          {(field) => (
            <Input
              {...field}
              value={wish.words}
              onChange={(event) => onChange({ ...wish, words: event.target.value })}
            />
          )}
        </Field>
      )}
      <Field label={t('code')}>
        {(field) => (
          <Select
            {...field}
            value={wish.code}
            options={CODES.map((code) => ({ value: code, label: t(`code.${code}`) }))}
            onChange={(code) => onChange({ ...wish, code })}
          />
        )}
      </Field>
      <Field label={t('note')} hint={t('noteHint')}>
        {(field) => (
          <Input
            {...field}
            value={wish.note}
            maxLength={500}
            onChange={(event) => onChange({ ...wish, note: event.target.value })}
          />
        )}
      </Field>
      <Button size="small" onClick={props.onRemove}>
        {t('remove')}
      </Button>
    </div>
  )
}
