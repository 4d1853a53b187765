// What a place shows when it has nothing to show: nothing there, not there yet, or not to be had.
import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '#/lib/graphql'
import styles from './States.module.css'

export function EmptyState(props: {
  title: string
  text?: ReactNode
  action?: ReactNode
  /** Whether it stands for the page itself, whose heading the title then is. */
  page?: boolean
}) {
  const Title = props.page ? 'h1' : 'p'
  return (
    <div className={styles.state}>
      <Title className={styles.title}>{props.title}</Title>
      {props.text && <p className={styles.text}>{props.text}</p>}
      {props.action && <div className={styles.action}>{props.action}</div>}
    </div>
  )
}

/** The words for a fault, which say what to do next. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation('common')
  return (error) => {
    const code = error instanceof ApiError ? error.code : 'INTERNAL'
    const message = error instanceof Error ? error.message : ''
    return t(`error.${code}`, { message })
  }
}

export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation('common')
  const text = useErrorText()
  return (
    <div className={styles.state} role="alert">
      <p className={styles.title}>{t('error.title')}</p>
      <p className={styles.text}>{text(error)}</p>
      {retry && (
        <div className={styles.action}>
          <Button onClick={retry}>{t('retry')}</Button>
        </div>
      )}
    </div>
  )
}

/** A page about something that is not there, or not there for the viewer. */
export function NotThere({ id }: { id: string }) {
  const { t } = useTranslation('common')
  const text = useErrorText()
  return (
    <div className={styles.state} role="alert">
      <h1 className={styles.title}>{t('error.title')}</h1>
      <p className={styles.text}>{text(new ApiError('NOT_FOUND', id))}</p>
    </div>
  )
}

/** Grey rows of the height that the real ones will have, so that nothing moves when they come. */
export function RowsSkeleton({ rows = 8, height = 40 }: { rows?: number; height?: number }) {
  const { t } = useTranslation('common')
  const widths = [62, 48, 71, 55, 66, 43, 58, 50]
  return (
    <div className={styles.skeleton} role="status" aria-label={t('loading')}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <div key={row} className={styles.skeletonRow} style={{ height }}>
          <span style={{ width: `${widths[row % widths.length]}%` }} />
        </div>
      ))}
    </div>
  )
}

export function BlockSkeleton({ height }: { height: number }) {
  const { t } = useTranslation('common')
  return <div className={styles.block} style={{ height }} role="status" aria-label={t('loading')} />
}
