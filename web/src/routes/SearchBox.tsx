// The search field of the frame: `/` puts the cursor there, Enter goes to the results.
import { SearchOutlined } from '@ant-design/icons'
import { useLocation, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '#/lib/access'
import { useKeys } from '#/lib/keys'
import { KeyHint } from '#/ui/KeyHint'
import styles from './SearchBox.module.css'

export function SearchBox() {
  const { t } = useTranslation('shell')
  const can = useCan()
  const navigate = useNavigate()
  const asked = useLocation({
    select: ({ pathname, search }) => (pathname === '/search' ? String(search.q ?? '') : ''),
  })
  const [text, setText] = useState(asked)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => setText(asked), [asked])
  useKeys({
    '/': (event) => {
      event.preventDefault()
      field.current?.select()
      field.current?.focus()
    },
  })
  if (!can('SEARCH')) return <div className={styles.box} />
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
