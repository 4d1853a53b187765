// A long list that comes page after page: the next is fetched when its end comes near, or by a button.
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { Button } from 'antd'
import { type ReactNode, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './Pages.module.css'
import { ErrorState, RowsSkeleton } from './States'

export function Pages<D>(props: {
  query: UseInfiniteQueryResult<InfiniteData<D>>
  skeleton?: ReactNode
  children: (pages: D[]) => ReactNode
}) {
  const { data, error, refetch } = props.query
  if (!data && error) return <ErrorState error={error} retry={() => void refetch()} />
  if (!data) return props.skeleton ?? <RowsSkeleton />
  return (
    <>
      {props.children(data.pages)}
      <More query={props.query} />
    </>
  )
}

function More<D>({ query }: { query: UseInfiniteQueryResult<InfiniteData<D>> }) {
  const { t } = useTranslation('common')
  const end = useRef<HTMLDivElement>(null)
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query
  const ready = hasNextPage && !isFetchingNextPage && !isFetchNextPageError
  useEffect(() => {
    const mark = end.current
    if (!mark || !ready) return
    const observer = new IntersectionObserver(
      (seen) => {
        if (seen.some((entry) => entry.isIntersecting)) void fetchNextPage()
      },
      { rootMargin: '600px' },
    )
    observer.observe(mark)
    return () => observer.disconnect()
  }, [ready, fetchNextPage])
  if (!hasNextPage) return null
  return (
    <div ref={end} className={styles.more}>
      <Button type="text" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
        {t('more')}
      </Button>
    </div>
  )
}
