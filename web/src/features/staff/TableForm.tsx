// Putting staff by a table: what is right goes in, and what is not is told by its line.
import { useMutation } from '@tanstack/react-query'
import { Button, Modal } from 'antd'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  AllStaffDocument,
  DepartmentsDocument,
  PutStaffTableDocument,
  StaffMemberDocument,
  type StaffRefusal,
} from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { forget } from '#/lib/query'
import { FormFault } from '#/ui/Field'
import { useErrorText } from '#/ui/States'
import styles from './staff.module.css'
import { type Fault, type Line, staffLines } from './table'

/** Bytes of a file that is read at all: a thousand rows are far smaller. */
const BYTES_MAX = 1_000_000

type Wrong = { line: number; why: Fault | StaffRefusal }
type Outcome = { added: number; changed: number; known: number; wrong: Wrong[] }

async function put(lines: Line[]): Promise<Outcome> {
  const good = lines.flatMap((line) => (line.row ? [line] : []))
  const wrong: Wrong[] = lines.flatMap((line) =>
    line.fault ? [{ line: line.line, why: line.fault }] : [],
  )
  const input = { rows: good.map((line) => line.row) }
  const { putStaffTable: done } = await request(PutStaffTableDocument, { input })
  for (const { row, refusal } of done.refused) {
    wrong.push({ line: good[row]?.line ?? 0, why: refusal })
  }
  wrong.sort((a, b) => a.line - b.line)
  return { added: done.added, changed: done.changed, known: done.known, wrong }
}

export function TableForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('staff')
  const errorText = useErrorText()
  const input = useRef<HTMLInputElement>(null)
  const [tooLarge, setTooLarge] = useState(false)
  const save = useMutation({
    mutationFn: async (file: File) => put(staffLines(await file.text())),
    onSuccess: () => forget(AllStaffDocument, StaffMemberDocument, DepartmentsDocument),
  })
  return (
    <Modal open title={t('table')} onCancel={onClose} footer={null} width={560}>
      <p>{t('tableText')}</p>
      <pre className={styles.sample}>{t('tableSample')}</pre>
      {tooLarge && <FormFault>{t('tooLarge')}</FormFault>}
      {save.error && <FormFault>{errorText(save.error)}</FormFault>}
      <input
        ref={input}
        type="file"
        accept=".csv,.ndjson,.jsonl,text/csv,application/x-ndjson"
        aria-label={t('tableFile')}
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const file = event.target.files?.[0]
          event.target.value = ''
          setTooLarge((file?.size ?? 0) > BYTES_MAX)
          if (file && file.size <= BYTES_MAX) save.mutate(file)
        }}
      />
      {save.data && <Result outcome={save.data} />}
      <div className={styles.submit}>
        <Button type="primary" loading={save.isPending} onClick={() => input.current?.click()}>
          {t('chooseFile')}
        </Button>
      </div>
    </Modal>
  )
}

function Result({ outcome }: { outcome: Outcome }) {
  const { t } = useTranslation('staff')
  return (
    <div role="status" className={styles.outcome}>
      <p>{t('tableDone', outcome)}</p>
      {outcome.wrong.length > 0 && (
        <>
          <p>{t('tableWrong', { count: outcome.wrong.length })}</p>
          <ol className={styles.wrong}>
            {outcome.wrong.map(({ line, why }) => (
              <li key={line}>
                {t('line', { line })} {t(`refusal.${why}`)}
              </li>
            ))}
          </ol>
        </>
      )}
    </div>
  )
}
