// Who stamps the ledger's heads and how often: two authorities, a witness, a webhook, the proxy to them.
import { useMutation, useQuery } from '@tanstack/react-query'
import { App, Button, Input, InputNumber } from 'antd'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  SetStampsDocument,
  StampSettingsDocument,
  StampsDocument,
  StampTargetsDocument,
} from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { request } from '#/lib/graphql'
import { forget, queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { Field, FormFault } from '#/ui/Field'
import { Section } from '#/ui/Page'
import { BlockSkeleton, useErrorText } from '#/ui/States'
import { TextField } from '#/ui/TextField'
import styles from './evidence.module.css'
import { type Authority, type Fields, fieldsOf, inputOf, type Settings } from './stampInput'

const INTERVAL = { min: 5, max: 1_440 }

export function StampSettings() {
  const { t } = useTranslation('evidence')
  const can = useCan()
  const query = useQuery(queryOf(StampSettingsDocument, {}))
  if (!can('OPERATE')) return null
  return (
    <Section title={t('settings')} text={t('settingsText')}>
      <Answer query={query} skeleton={<BlockSkeleton height={480} />}>
        {({ stampSettings }) => <StampForm kept={stampSettings} />}
      </Answer>
    </Section>
  )
}

function StampForm({ kept }: { kept: Settings }) {
  const { t } = useTranslation('evidence')
  const { message } = App.useApp()
  const errorText = useErrorText()
  const [fields, setFields] = useState(() => fieldsOf(kept))
  const change = (part: Partial<Fields>) => setFields({ ...fields, ...part })
  const save = useMutation({
    mutationFn: () => request(SetStampsDocument, { input: inputOf(fields) }),
    onSuccess: async ({ setStamps: { refusal } }) => {
      if (refusal) return
      void message.success(t('saved'))
      change({ secret: '' })
      await forget(StampSettingsDocument, StampTargetsDocument, StampsDocument)
    },
  })
  const refusal = save.isPending ? null : save.data?.setStamps.refusal
  const [first, second] = fields.authorities
  return (
    <form
      className={styles.form}
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <AuthorityFields
        title={t('target.FIRST')}
        value={first}
        onChange={(value) => change({ authorities: [value, second] })}
      />
      <AuthorityFields
        title={t('target.SECOND')}
        value={second}
        onChange={(value) => change({ authorities: [first, value] })}
      />
      <Group title={t('target.WITNESS')}>
        <TextField
          label={t('witnessUrl')}
          value={fields.witnessUrl}
          onChange={(witnessUrl) => change({ witnessUrl })}
        />
        <TextField
          label={t('witnessKey')}
          hint={t('witnessKeyHint')}
          value={fields.witnessKey}
          onChange={(witnessKey) => change({ witnessKey })}
        />
      </Group>
      <Group title={t('target.WEBHOOK')}>
        <TextField
          label={t('webhookUrl')}
          hint={t('webhookHint')}
          value={fields.webhookUrl}
          onChange={(webhookUrl) => change({ webhookUrl })}
        />
        <Secret
          kept={kept.webhook !== null}
          value={fields.secret}
          onChange={(secret) => change({ secret })}
        />
      </Group>
      <Group title={t('both')}>
        <TextField
          label={t('proxy')}
          hint={t('proxyHint')}
          value={fields.proxy}
          onChange={(proxy) => change({ proxy })}
        />
        <Field label={t('interval')} hint={t('intervalHint')}>
          {(field) => (
            <InputNumber
              {...field}
              {...INTERVAL}
              precision={0}
              inputMode="numeric"
              value={fields.intervalMinutes}
              onChange={(value) => change({ intervalMinutes: value ?? kept.intervalMinutes })}
            />
          )}
        </Field>
      </Group>
      <div aria-live="polite">
        {save.error && <FormFault>{errorText(save.error)}</FormFault>}
        {refusal && <FormFault>{t(`stampRefusal.${refusal}`)}</FormFault>}
      </div>
      <div className={styles.foot}>
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t('save')}
        </Button>
      </div>
    </form>
  )
}

function AuthorityFields(props: {
  title: string
  value: Authority
  onChange: (value: Authority) => void
}) {
  const { t } = useTranslation('evidence')
  const { value } = props
  const change = (part: Partial<Authority>) => props.onChange({ ...value, ...part })
  return (
    <Group title={props.title}>
      <TextField label={t('name')} value={value.name} onChange={(name) => change({ name })} />
      <TextField
        label={t('url')}
        hint={t('urlHint')}
        value={value.url}
        onChange={(url) => change({ url })}
      />
      <Field label={t('root')} hint={t('rootHint')}>
        {(field) => (
          <Input.TextArea
            {...field}
            rows={3}
            spellCheck={false}
            value={value.root}
            onChange={(event) => change({ root: event.target.value })}
          />
        )}
      </Field>
      <TextField
        label={t('policy')}
        hint={t('policyHint')}
        value={value.policy}
        onChange={(policy) => change({ policy })}
      />
    </Group>
  )
}

function Group(props: { title: string; children: ReactNode }) {
  return (
    <fieldset className={styles.group}>
      <legend>{props.title}</legend>
      {props.children}
    </fieldset>
  )
}

function Secret(props: { kept: boolean; value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation('evidence')
  return (
    <Field label={t('secret')} hint={t(props.kept ? 'secretKept' : 'secretHint')}>
      {(field) => (
        <Input.Password
          {...field}
          autoComplete="new-password"
          value={props.value}
          onChange={(event) => props.onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
