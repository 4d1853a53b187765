// Files that show a step: uploaded, with their digests, taken out again.
import { DeleteOutlined, UploadOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import {
  AddCaseFileDocument,
  type AddCaseFileMutation,
  CaseChainDocument,
  RemoveCaseFileDocument,
} from '#/api/gen/operations'
import { formatBytes } from '#/lib/format'
import { request } from '#/lib/graphql'
import { forget } from '#/lib/query'
import { upload } from '#/lib/upload'
import { CopyText } from '#/ui/CopyText'
import { useErrorText } from '#/ui/States'
import type { ChainLink } from './Chain'
import styles from './chain.module.css'

type Props = { id: string; link: ChainLink; open: boolean }

export function Files({ id, link, open }: Props) {
  const { t } = useTranslation('cases')
  const remove = useRemove(id)
  if (link.files.length === 0 && !open) return null
  return (
    <div className={styles.files}>
      {link.files.length > 0 && (
        <ul className={styles.shown} aria-label={t('filesOf')}>
          {link.files.map((file) => (
            <li key={file.number}>
              <a href={file.path} aria-label={t('download', { name: file.name })}>
                {file.name}
              </a>{' '}
              <span className="muted">{formatBytes(file.bytes)}</span>
              {open && (
                <Button
                  type="text"
                  size="small"
                  icon={<DeleteOutlined />}
                  aria-label={t('removeFile', { name: file.name })}
                  onClick={() => remove(file)}
                />
              )}
              <dl className={styles.digests}>
                <dt>{t('sha256')}</dt>
                <dd>
                  <CopyText text={file.sha256} label={t('sha256')} />
                </dd>
                <dt>{t('sm3')}</dt>
                <dd>
                  <CopyText text={file.sm3} label={t('sm3')} />
                </dd>
                <dt>{t('inLedger')}</dt>
                <dd>
                  <code>{file.entry}</code>
                </dd>
              </dl>
            </li>
          ))}
        </ul>
      )}
      {open && <Add id={id} link={link} />}
    </div>
  )
}

function Add({ id, link }: { id: string; link: ChainLink }) {
  const { t } = useTranslation('cases')
  const { message } = App.useApp()
  const errorText = useErrorText()
  const field = useRef<HTMLInputElement>(null)
  const add = useMutation({
    mutationFn: (file: File) => {
      const input = { case: id, link: link.number, file: null }
      const files = { 'input.file': file }
      return upload(
        AddCaseFileDocument,
        { input },
        files,
        () => undefined,
      ) as Promise<AddCaseFileMutation>
    },
    onSuccess: ({ addCaseFile: { refusal } }) => {
      if (refusal) void message.warning(t(`chainRefusal.${refusal}`))
      return forget(CaseChainDocument)
    },
    onError: (error) => void message.error(errorText(error)),
  })
  return (
    <>
      <input
        ref={field}
        type="file"
        hidden
        aria-label={t('addFileTo', { title: link.title })}
        onChange={(event) => {
          const file = event.target.files?.[0]
          if (file) add.mutate(file)
          event.target.value = ''
        }}
      />
      <Button
        size="small"
        icon={<UploadOutlined />}
        loading={add.isPending}
        aria-label={t('addFileTo', { title: link.title })}
        onClick={() => field.current?.click()}
      >
        {t('addFile')}
      </Button>
    </>
  )
}

/** Takes a file out of the chain after a question. */
function useRemove(id: string): (file: { number: number; name: string }) => void {
  const { t } = useTranslation('cases')
  const { modal, message } = App.useApp()
  const errorText = useErrorText()
  const remove = useMutation({
    mutationFn: (file: number) => request(RemoveCaseFileDocument, { input: { case: id, file } }),
    onSuccess: ({ removeCaseFile: { refusal } }) => {
      if (refusal) void message.warning(t(`chainRefusal.${refusal}`))
      return forget(CaseChainDocument)
    },
    onError: (error) => void message.error(errorText(error)),
  })
  return (file) =>
    modal.confirm({
      title: t('removeFileTitle', { name: file.name }),
      content: t('removeFileText'),
      okButtonProps: { danger: true },
      onOk: () => remove.mutate(file.number),
    })
}
