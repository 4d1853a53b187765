// The frame of the pages outside: sign in, set up. One column on the plain page, language at its foot.
import type { ReactNode } from 'react'
import { setPreferences, usePreferences } from '#/lib/preferences'
import styles from './Door.module.css'
import { useTitle } from './Page'
import { Wordmark } from './Wordmark'

export function Door(props: {
  title: string
  text?: ReactNode
  children: ReactNode
  foot?: ReactNode
}) {
  useTitle(props.title)
  const { language } = usePreferences()
  return (
    <div className={styles.door}>
      <main className={styles.column}>
        <Wordmark size={28} />
        <h1>{props.title}</h1>
        {props.text && <p className={styles.text}>{props.text}</p>}
        <div className={styles.body}>{props.children}</div>
        <footer className={styles.foot}>
          {props.foot}
          {language === 'en' ? (
            <button
              type="button"
              lang="zh-CN"
              onClick={() => setPreferences({ language: 'zh-CN' })}
            >
              简体中文
            </button>
          ) : (
            <button type="button" lang="en" onClick={() => setPreferences({ language: 'en' })}>
              English
            </button>
          )}
        </footer>
      </main>
    </div>
  )
}
