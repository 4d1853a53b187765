// Two ways to another sealing key: the file that an authority handed out, or one that signs itself.
import { useMutation } from '@tanstack/react-query'
import { App, Button, Input, Modal } from 'antd'
import { type FormEvent, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  ImportSealKeyDocument,
  MakeSealKeyDocument,
  type SealKeyRefusal,
  SealKeysDocument,
} from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { forget } from '#/lib/query'
import { Field, FormFault } from '#/ui/Field'
import { useErrorText } from '#/ui/States'
import { SEAL_FILE_BYTES_MAX, toBase64 } from './base64'
import styles from './evidence.module.css'

type Outcome = { refusal?: SealKeyRefusal | null; detail?: string | null }

export function ImportKey({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('evidence')
  const [file, setFile] = useState<File | null>(null)
  const [passPhrase, setPassPhrase] = useState('')
  const large = file !== null && file.size > SEAL_FILE_BYTES_MAX
  return (
    <KeyDialog
      title={t('import')}
      ready={file !== null && !large}
      onClose={onClose}
      save={async () => {
        const bytes = new Uint8Array((await file?.arrayBuffer()) ?? new ArrayBuffer(0))
        const input = { file: toBase64(bytes), passPhrase: passPhrase || null }
        return (await request(ImportSealKeyDocument, { input })).importSealKey
      }}
    >
      <p className={styles.text}>{t('importText')}</p>
      <Field label={t('file')} hint={t('fileHint')} error={large ? t('fileLarge') : null}>
        {({ status: _, ...field }) => (
          <input
            {...field}
            className={styles.file}
            type="file"
            accept=".p12,.pfx,.pem,.crt,.key"
            onChange={(event) => setFile(event.target.files?.[0] ?? null)}
          />
        )}
      </Field>
      <Field label={t('passPhrase')} hint={t('passPhraseHint')}>
        {(field) => (
          <Input.Password
            {...field}
            autoComplete="off"
            value={passPhrase}
            onChange={(event) => setPassPhrase(event.target.value)}
          />
        )}
      </Field>
    </KeyDialog>
  )
}

export function MakeKey({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('evidence')
  const [organisation, setOrganisation] = useState('')
  return (
    <KeyDialog
      title={t('make')}
      ready={organisation.trim() !== ''}
      onClose={onClose}
      save={async () =>
        (await request(MakeSealKeyDocument, { input: { organisation } })).makeSealKey
      }
    >
      <p className={styles.text}>{t('makeText')}</p>
      <Field label={t('organisation')}>
        {(field) => (
          <Input
            {...field}
            maxLength={100}
            value={organisation}
            onChange={(event) => setOrganisation(event.target.value)}
          />
        )}
      </Field>
    </KeyDialog>
  )
}

function KeyDialog(props: {
  title: string
  ready: boolean
  save: () => Promise<Outcome>
  onClose: () => void
  children: ReactNode
}) {
  const { t } = useTranslation('evidence')
  const { message } = App.useApp()
  const errorText = useErrorText()
  const save = useMutation({
    mutationFn: props.save,
    onSuccess: async ({ refusal }) => {
      if (refusal) return
      void message.success(t('taken'))
      props.onClose()
      await forget(SealKeysDocument)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  const refusal = save.isPending ? null : save.data?.refusal
  return (
    <Modal open title={props.title} onCancel={props.onClose} footer={null} width={480}>
      <form autoComplete="off" onSubmit={submit}>
        {props.children}
        <div aria-live="polite">
          {save.error && <FormFault>{errorText(save.error)}</FormFault>}
          {refusal && <FormFault>{t(`keyRefusal.${refusal}`)}</FormFault>}
          {refusal && save.data?.detail && <p className={styles.detail}>{save.data.detail}</p>}
        </div>
        <div className={styles.foot}>
          <Button onClick={props.onClose}>{t('cancel')}</Button>
          <Button type="primary" htmlType="submit" loading={save.isPending} disabled={!props.ready}>
            {t('sealWith')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
