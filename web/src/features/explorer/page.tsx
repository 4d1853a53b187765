// Trying the API out with the viewer's own session: a query, its variables, the answer as it came.
import { CaretRightOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { type KeyboardEvent, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '#/lib/access'
import { runRaw } from '#/lib/graphql'
import { CopyButton } from '#/ui/CopyText'
import { FormFault } from '#/ui/Field'
import { KeyHint } from '#/ui/KeyHint'
import { PageHeader } from '#/ui/Page'
import { useErrorText } from '#/ui/States'
import { EXAMPLES, type Example } from './examples'
import styles from './explorer.module.css'
import { readVariables, tabbed } from './text'

const json = (value: unknown) => JSON.stringify(value ?? {}, null, 2)

export function ExplorerPage() {
  const { t } = useTranslation('explorer')
  const errorText = useErrorText()
  const [query, setQuery] = useState(EXAMPLES[0]?.query ?? '')
  const [variables, setVariables] = useState('{}')
  const parsed = readVariables(variables)
  const run = useMutation({
    mutationFn: async () => {
      const began = performance.now()
      const answer = await runRaw(query, parsed)
      return { text: json(answer), took: Math.round(performance.now() - began) }
    },
  })
  const ready = query.trim() !== '' && parsed !== null && !run.isPending
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && ready) {
      event.preventDefault()
      run.mutate()
    }
  }
  const show = (example: Example) => {
    setQuery(example.query)
    setVariables(json(example.variables))
  }
  return (
    <>
      <PageHeader
        title={t('title')}
        text={
          <>
            {t('text')} <Link to="/settings/tokens">{t('tokens')}</Link>
          </>
        }
        actions={
          <>
            <span className={styles.keys}>
              <KeyHint keys="Ctrl ⏎" />
            </span>
            <Button
              type="primary"
              icon={<CaretRightOutlined />}
              loading={run.isPending}
              disabled={!ready}
              onClick={() => run.mutate()}
            >
              {t('run')}
            </Button>
          </>
        }
      />
      <Examples onChoose={show} />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: hears Ctrl+Enter from the fields inside */}
      <div className={styles.bench} onKeyDown={onKeyDown}>
        <Editor label={t('query')} value={query} onChange={setQuery} rows={18} />
        <Editor
          label={t('variables')}
          value={variables}
          onChange={setVariables}
          rows={5}
          fault={parsed === null ? t('variablesWrong') : null}
        />
        <section className={styles.answer} aria-label={t('answer')} aria-live="polite">
          <div className={styles.bar}>
            <span>{t('answer')}</span>
            {run.data && <span className="figures muted">{t('took', { ms: run.data.took })}</span>}
            {run.data && <CopyButton text={run.data.text} label={t('answer')} />}
          </div>
          {run.error && <FormFault>{errorText(run.error)}</FormFault>}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
          <pre tabIndex={0}>{run.data?.text ?? t('noAnswer')}</pre>
        </section>
      </div>
    </>
  )
}

function Examples({ onChoose }: { onChoose: (example: Example) => void }) {
  const { t } = useTranslation('explorer')
  const can = useCan()
  return (
    <p className={styles.examples}>
      <span className="muted">{t('examples')}</span>
      {EXAMPLES.filter(({ needs }) => needs === null || can(needs)).map((example) => (
        <button key={example.key} type="button" onClick={() => onChoose(example)}>
          {t(`example.${example.key}`)}
        </button>
      ))}
    </p>
  )
}

function Editor(props: {
  label: string
  value: string
  onChange: (value: string) => void
  rows: number
  fault?: string | null
}) {
  const id = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  return (
    <div className={styles.editor}>
      <label htmlFor={id}>{props.label}</label>
      <textarea
        id={id}
        ref={field}
        rows={props.rows}
        value={props.value}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        aria-invalid={props.fault ? true : undefined}
        onChange={(event) => props.onChange(event.target.value)}
        onKeyDown={(event) => {
          // Tab leaves the field, as everywhere; a new line is indented by itself instead.
          if (
            event.key !== 'Enter' ||
            event.ctrlKey ||
            event.metaKey ||
            event.nativeEvent.isComposing
          )
            return
          event.preventDefault()
          const { selectionStart, selectionEnd } = event.currentTarget
          const next = tabbed(props.value, selectionStart, selectionEnd)
          props.onChange(next.text)
          requestAnimationFrame(() => field.current?.setSelectionRange(next.cursor, next.cursor))
        }}
      />
      {props.fault && <p className={styles.fault}>{props.fault}</p>}
    </div>
  )
}
