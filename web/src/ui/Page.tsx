// The frame of a page: its title (also the window's), a line under it, what can be done, and sections.
import { type ReactNode, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './Page.module.css'

export function useTitle(title: string): void {
  const { t } = useTranslation('common')
  const name = t('xinju')
  useEffect(() => {
    document.title = title ? `${title} · ${name}` : name
  }, [title, name])
}

export function PageHeader(props: {
  title: string
  /** Stands in the window's title where the page's own is too short or too long. */
  windowTitle?: string
  mark?: ReactNode
  text?: ReactNode
  actions?: ReactNode
}) {
  useTitle(props.windowTitle ?? props.title)
  return (
    <header className={styles.header}>
      <div className={styles.heading}>
        <h1>
          {props.mark}
          <span>{props.title}</span>
        </h1>
        {props.text && <div className={styles.text}>{props.text}</div>}
      </div>
      {props.actions && <div className={styles.actions}>{props.actions}</div>}
    </header>
  )
}

/** A titled part of a page on a sheet of its own. */
export function Section(props: {
  title?: string
  text?: ReactNode
  actions?: ReactNode
  /** Rows and tables reach the edges of the sheet. */
  flush?: boolean
  id?: string
  children: ReactNode
}) {
  return (
    <section className={styles.section} id={props.id}>
      {props.title && (
        <div className={styles.sectionHead}>
          <h2>{props.title}</h2>
          {props.text && <span className={styles.sectionText}>{props.text}</span>}
          {props.actions && <div className={styles.actions}>{props.actions}</div>}
        </div>
      )}
      <div className={props.flush ? styles.flush : styles.body}>{props.children}</div>
    </section>
  )
}

/** Names and values, as a reference work sets them. */
export function Facts({ facts }: { facts: [name: string, value: ReactNode][] }) {
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
