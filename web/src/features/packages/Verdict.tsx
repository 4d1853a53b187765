// The verdict on a package: each part, whether it holds, and why.
import { useTranslation } from 'react-i18next'
import { Status } from '#/ui/Status'
import { type Column, Table } from '#/ui/Table'
import styles from './packages.module.css'

export type Check = { name: string; ok: boolean; detail: string }

export function VerdictTable({ ok, checks }: { ok: boolean; checks: Check[] }) {
  const { t } = useTranslation('packages')
  const rows = checks.map((check, place) => ({ ...check, place }))
  const columns: Column<Check & { place: number }>[] = [
    { key: 'name', title: t('checkName'), width: 220, render: (row) => row.name },
    {
      key: 'result',
      title: t('checkResult'),
      width: 100,
      render: (row) => (
        <Status tone={row.ok ? 'good' : 'bad'}>{t(row.ok ? 'holds' : 'fails')}</Status>
      ),
    },
    {
      key: 'detail',
      title: t('checkDetail'),
      render: (row) => <span className={styles.detail}>{row.detail}</span>,
    },
  ]
  return (
    <>
      <p role="status">
        <Status tone={ok ? 'good' : 'bad'}>{t(ok ? 'verdictGood' : 'verdictBad')}</Status>
      </p>
      <Table label={t('checkResult')} columns={columns} rows={rows} rowKey={(row) => row.place} />
    </>
  )
}
