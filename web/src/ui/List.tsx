// A list of rows that j and k move through. A row's main link carries `data-row` (see lib/keys).
import { type ReactNode, useRef } from 'react'
import { useListKeys } from '#/lib/keys'
import styles from './List.module.css'

export function List({ label, children }: { label: string; children: ReactNode }) {
  const list = useRef<HTMLUListElement>(null)
  useListKeys(list)
  return (
    <ul ref={list} className={styles.list} aria-label={label}>
      {children}
    </ul>
  )
}
