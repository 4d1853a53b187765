// The search field of the frame: `/` puts the cursor there, Enter goes to the results.
import { SearchOutlined } from '@ant-design/icons'
import { useLocation, useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '#/lib/access'
import { useKeys } from '#/lib/keys'
import { KeyHint } from '#/ui/KeyHint'
import styles from './SearchBox.module.css'

/** The search page has a larger field of its own. */
export function SearchBox() {
  const onPage = useLocation({ select: ({ pathname }) => pathname === '/search' })
  const may = useCan()('SEARCH')
  return may && !onPage ? <Field /> : <div className={styles.box} />
}

function Field() {
  const { t } = useTranslation('shell')
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const field = useRef<HTMLInputElement>(null)
  useKeys({
    '/': (event) => {
      event.preventDefault()
      field.current?.select()
      field.current?.focus()
    },
  })
  return (
    <search className={styles.box}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void navigate({ to: '/search', search: { q: text.trim() || undefined } })
        }}
      >
        <SearchOutlined />
        <input
          ref={field}
          type="text"
          enterKeyHint="search"
          value={text}
          maxLength={500}
          placeholder={t('searchPlaceholder')}
          aria-label={t('searchPlaceholder')}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
        />
        <KeyHint keys="/" />
      </form>
    </search>
  )
}
