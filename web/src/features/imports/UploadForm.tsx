// Choosing a file of messages (and a directory) and sending it. Files may be dropped on the form.
import { FileTextOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { type DragEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ImportsDocument, StartImportDocument } from '#/api/gen/operations'
import { forget } from '#/lib/query'
import { upload } from '#/lib/upload'
import { FormFault } from '#/ui/Field'
import { Bytes } from '#/ui/Figures'
import { Progress } from '#/ui/Progress'
import { useErrorText } from '#/ui/States'
import { sortFiles } from './files'
import styles from './imports.module.css'

export function UploadForm({ onStarted }: { onStarted: (id: string) => void }) {
  const { t } = useTranslation('imports')
  const errorText = useErrorText()
  const [file, setFile] = useState<File | null>(null)
  const [directory, setDirectory] = useState<File | null>(null)
  const [sent, setSent] = useState(0)
  const [over, setOver] = useState(false)
  const start = useMutation({
    mutationFn: (messages: File) => {
      setSent(0)
      const files = {
        'input.file': messages,
        ...(directory ? { 'input.directory': directory } : {}),
      }
      const variables = { input: { file: null, ...(directory ? { directory: null } : {}) } }
      return upload(StartImportDocument, variables, files, setSent)
    },
    onSuccess: ({ startImport: answer }) => {
      void forget(ImportsDocument)
      if (!answer.import) return
      setFile(null)
      setDirectory(null)
      onStarted(answer.import.id)
    },
  })
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    const found = sortFiles([...event.dataTransfer.files])
    if (found.messages) setFile(found.messages)
    if (found.directory) setDirectory(found.directory)
  }
  const { refusal, detail } = start.data?.startImport ?? {}
  return (
    <form
      className={`${styles.form} ${over ? styles.over : ''}`}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      onSubmit={(event) => {
        event.preventDefault()
        if (file) start.mutate(file)
      }}
    >
      {refusal && (
        <FormFault>
          {t(`refusal.${refusal}`)} {detail}
        </FormFault>
      )}
      {start.error && <FormFault>{errorText(start.error)}</FormFault>}
      <div className={styles.choices}>
        <FileChoice
          label={t('file')}
          hint={t('fileHint')}
          accept=".ndjson,.jsonl,.json,.zst,.zip"
          file={file}
          onFile={setFile}
        />
        <FileChoice
          label={t('directory')}
          hint={t('directoryHint')}
          accept=".json"
          file={directory}
          onFile={setDirectory}
        />
      </div>
      {start.isPending ? (
        <div className={styles.sending}>
          <Progress label={t('sending')} part={sent} />
          <p className={styles.bytes}>
            {sent < 1 ? t('sendingText', { percent: Math.floor(sent * 100) }) : t('starting')}
          </p>
        </div>
      ) : (
        <div className={styles.submit}>
          <Button type="primary" htmlType="submit" disabled={file === null}>
            {t('start')}
          </Button>
          <span className="muted">{t('dropHint')}</span>
        </div>
      )}
    </form>
  )
}

function FileChoice(props: {
  label: string
  hint: string
  accept: string
  file: File | null
  onFile: (file: File | null) => void
}) {
  const { t } = useTranslation(['imports', 'common'])
  const id = useId()
  const { file } = props
  return (
    <div className={styles.choice}>
      <label htmlFor={id}>{props.label}</label>
      <div className={styles.picker}>
        <input
          id={id}
          type="file"
          className="sr-only"
          accept={props.accept}
          aria-describedby={`${id}-hint`}
          // The same file may be chosen again after it was taken away.
          value=""
          onChange={(event) => props.onFile(event.target.files?.[0] ?? null)}
        />
        <span className={styles.name} aria-hidden="true">
          <FileTextOutlined /> {file ? file.name : t('imports:choose')}
        </span>
        {file && <Bytes value={file.size} />}
      </div>
      <div className={styles.hint} id={`${id}-hint`}>
        {props.hint}
        {file && (
          <Button type="link" size="small" onClick={() => props.onFile(null)}>
            {t('imports:takeAway')}
          </Button>
        )}
      </div>
    </div>
  )
}
