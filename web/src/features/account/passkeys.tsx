// The viewer's passkeys: adding one, its name, taking it away.
import { useMutation, useQuery } from '@tanstack/react-query'
import { App, Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  AddPasskeyDocument,
  BeginPasskeyDocument,
  FactorDocument,
  PasskeysDocument,
  type PasskeysQuery,
  RemovePasskeyDocument,
  RenamePasskeyDocument,
  SessionDocument,
} from '#/api/gen/operations'
import { sessionQuery } from '#/lib/access'
import { request } from '#/lib/graphql'
import { NAME_CHARS_MAX } from '#/lib/limits'
import { makePasskey, NoPasskey, passkeysWork } from '#/lib/passkey'
import { forget, queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { Field, FormFault } from '#/ui/Field'
import { Section } from '#/ui/Page'
import { EmptyState, RowsSkeleton, useErrorText } from '#/ui/States'
import { type Column, Table } from '#/ui/Table'
import { Ago, Time } from '#/ui/Time'
import styles from './account.module.css'
import { agentName } from './agent'

type Passkey = NonNullable<PasskeysQuery['viewer']>['passkeys'][number]

/** What a change of passkeys makes stale. */
const changed = () => forget(PasskeysDocument, FactorDocument, SessionDocument)

export function PasskeySection() {
  const { t } = useTranslation('passkey')
  const works = passkeysWork(useQuery(sessionQuery).data?.setup.passkeyDomain)
  return (
    <Section title={t('title')}>
      <p className={styles.lead}>{t(works ? 'text' : 'unavailable')}</p>
      <Answer query={useQuery(queryOf(PasskeysDocument, {}))} skeleton={<RowsSkeleton rows={2} />}>
        {({ viewer }) =>
          viewer?.passkeys.length ? (
            <PasskeyTable passkeys={viewer.passkeys} />
          ) : (
            <EmptyState title={t('none')} />
          )
        }
      </Answer>
      {works && (
        <div className={styles.row}>
          <AddPasskey onDone={changed} />
        </div>
      )}
    </Section>
  )
}

async function addPasskey() {
  const { beginPasskey: begun } = await request(BeginPasskeyDocument, {})
  if (!begun.options) return begun.refusal
  const credential = await makePasskey(begun.options)
  // The browser and its system are a name to begin with: the device itself tells none.
  const name = agentName(navigator.userAgent).slice(0, NAME_CHARS_MAX)
  const { addPasskey: added } = await request(AddPasskeyDocument, { input: { name, credential } })
  return added.refusal
}

/** A button that adds a passkey to the account. */
export function AddPasskey(props: { block?: boolean; onDone: () => unknown }) {
  const { t } = useTranslation('passkey')
  const { message } = App.useApp()
  const errorText = useErrorText()
  const add = useMutation({
    mutationFn: addPasskey,
    onSuccess: (refusal) => {
      if (refusal) return void message.warning(t(`refusal.${refusal}`))
      void message.success(t('added'))
      return props.onDone()
    },
    onError: (error) =>
      void message.error(error instanceof NoPasskey ? t('turnedAway') : errorText(error)),
  })
  return (
    <Button
      type="primary"
      size={props.block ? 'large' : 'middle'}
      block={props.block ?? false}
      loading={add.isPending}
      onClick={() => add.mutate()}
    >
      {t('add')}
    </Button>
  )
}

function PasskeyTable({ passkeys }: { passkeys: Passkey[] }) {
  const { t } = useTranslation('passkey')
  const { modal, message } = App.useApp()
  const errorText = useErrorText()
  const [renaming, setRenaming] = useState<Passkey | null>(null)
  const remove = useMutation({
    mutationFn: (id: string) => request(RemovePasskeyDocument, { input: { id } }),
    onSuccess: ({ removePasskey: { refusal } }) => {
      if (refusal) void message.warning(t(`refusal.${refusal}`))
      else void message.success(t('removed'))
      return changed()
    },
    onError: (error) => void message.error(errorText(error)),
  })
  // The question closes before its operation begins, which may ask who it is.
  const askRemove = ({ id, name }: Passkey) =>
    modal.confirm({
      title: t('removeTitle', { name }),
      content: t('removeText'),
      okText: t('remove'),
      okButtonProps: { danger: true },
      onOk: () => remove.mutate(id),
    })
  const columns: Column<Passkey>[] = [
    { key: 'name', title: t('name'), render: (passkey) => passkey.name },
    {
      key: 'created',
      title: t('createdAt'),
      wide: true,
      render: (passkey) => <Time at={passkey.createdAt} form="day" />,
    },
    {
      key: 'used',
      title: t('usedAt'),
      render: (passkey) => (passkey.usedAt ? <Ago at={passkey.usedAt} /> : t('never')),
    },
    {
      key: 'act',
      title: t('action'),
      quiet: true,
      figures: true,
      render: (passkey) => (
        <>
          <Button size="small" type="link" onClick={() => setRenaming(passkey)}>
            {t('rename')}
          </Button>
          <Button
            size="small"
            danger
            loading={remove.isPending && remove.variables === passkey.id}
            onClick={() => askRemove(passkey)}
          >
            {t('remove')}
          </Button>
        </>
      ),
    },
  ]
  return (
    <>
      <Table
        label={t('title')}
        columns={columns}
        rows={passkeys}
        rowKey={(passkey) => passkey.id}
      />
      {renaming && <RenameDialog passkey={renaming} onClose={() => setRenaming(null)} />}
    </>
  )
}

function RenameDialog({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const { t } = useTranslation('passkey')
  const errorText = useErrorText()
  const [name, setName] = useState(passkey.name)
  const rename = useMutation({
    mutationFn: () => request(RenamePasskeyDocument, { input: { id: passkey.id, name } }),
    onSuccess: async ({ renamePasskey: { refusal } }) => {
      if (refusal) return
      await forget(PasskeysDocument)
      onClose()
    },
  })
  const refusal = rename.isPending ? null : rename.data?.renamePasskey.refusal
  return (
    <Modal open title={t('rename')} onCancel={onClose} footer={null} width={400}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          rename.mutate()
        }}
      >
        {rename.error && <FormFault>{errorText(rename.error)}</FormFault>}
        <Field label={t('name')} error={refusal ? t(`refusal.${refusal}`) : null}>
          {(field) => (
            <Input
              {...field}
              autoFocus
              maxLength={NAME_CHARS_MAX}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <div className={styles.close}>
          <Button
            type="primary"
            htmlType="submit"
            loading={rename.isPending}
            disabled={name.trim() === ''}
          >
            {t('save')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
