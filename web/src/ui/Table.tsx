// A plain table: real <table> markup, dense rows, figures to the right, some columns left out on a phone.
import { type ReactNode, useRef } from 'react'
import { ROW, useListKeys } from '#/lib/keys'
import styles from './Table.module.css'

export type Column<Row> = {
  key: string
  title: string
  render: (row: Row) => ReactNode
  /** Figures stand to the right. */
  figures?: boolean
  /** Left out where the screen is narrow. */
  wide?: boolean
  width?: number
  /** The title is there for screen readers only. */
  quiet?: boolean
}

export function Table<Row>(props: {
  label: string
  columns: Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string | number
  /** Rows take the focus by j and k, for tables whose rows open something by their first link. */
  keys?: boolean
}) {
  const body = useRef<HTMLTableSectionElement>(null)
  useListKeys(body)
  const rowProps = props.keys ? { [ROW]: '', tabIndex: -1 } : {}
  return (
    <div className={styles.scroll}>
      <table className={styles.table} aria-label={props.label}>
        <thead>
          <tr>
            {props.columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                className={cellClass(column)}
                style={{ width: column.width }}
              >
                {column.quiet ? <span className="sr-only">{column.title}</span> : column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={openByEnter}>
          {props.rows.map((row) => (
            <tr key={props.rowKey(row)} {...rowProps}>
              {props.columns.map((column) => (
                <td key={column.key} className={cellClass(column)}>
                  {column.render(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Enter on a focused row follows the row's first link. */
function openByEnter(event: React.KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'Enter' || !(event.target instanceof HTMLTableRowElement)) return
  event.target.querySelector('a')?.click()
}

function cellClass<Row>(column: Column<Row>): string {
  return [column.figures && styles.figures, column.wide && styles.wide].filter(Boolean).join(' ')
}
