// The field that a query is typed into. `/` puts the cursor there, Enter searches, the arrow goes down to the hits.
import { QuestionCircleOutlined } from '@ant-design/icons'
import { Button, Input, type InputRef, Popover } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ROW, useKeys } from '#/lib/keys'
import { KeyHint } from '#/ui/KeyHint'
import styles from './QueryBox.module.css'
import { SyntaxTable } from './SyntaxHelp'

/** Characters of a query that the server reads. */
const QUERY_CHARS_MAX = 1_000

export function QueryBox(props: { query: string; onAsk: (query: string) => void }) {
  const { t } = useTranslation('search')
  const { query } = props
  const [text, setText] = useState(query)
  const field = useRef<InputRef>(null)
  useEffect(() => setText(query), [query])
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the page opens
  useEffect(() => {
    // Whoever comes without a query wants to type one; a query that ends openly wants to be gone on with.
    if (query === '' || query.startsWith('conversation:')) field.current?.focus({ cursor: 'end' })
  }, [])
  useKeys({
    '/': (event) => {
      event.preventDefault()
      field.current?.focus({ cursor: 'all' })
    },
  })
  return (
    <search>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          props.onAsk(text)
        }}
      >
        <Input
          ref={field}
          size="large"
          value={text}
          maxLength={QUERY_CHARS_MAX}
          placeholder={t('placeholder')}
          aria-label={t('query')}
          autoComplete="off"
          spellCheck={false}
          enterKeyHint="search"
          allowClear
          suffix={
            <span className={styles.hint}>
              <KeyHint keys="/" />
            </span>
          }
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowDown') return
            event.preventDefault()
            document.querySelector<HTMLElement>(`[${ROW}]`)?.focus()
          }}
        />
        <Button size="large" type="primary" htmlType="submit">
          {t('search')}
        </Button>
        <Popover
          trigger="click"
          placement="bottomRight"
          content={
            <div className={styles.help}>
              <SyntaxTable />
            </div>
          }
        >
          <Button
            size="large"
            type="text"
            icon={<QuestionCircleOutlined />}
            aria-label={t('syntax')}
            title={t('syntax')}
          />
        </Popover>
      </form>
    </search>
  )
}
