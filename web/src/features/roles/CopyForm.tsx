// A role of the company's own begins as a copy of another.
import { useMutation } from '@tanstack/react-query'
import { Button, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyRoleDocument, RoleMatrixDocument, RolesDocument } from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { NAME_CHARS_MAX } from '#/lib/limits'
import { forget } from '#/lib/query'
import { Field, FormFault } from '#/ui/Field'
import { useRoleName } from '#/ui/roleName'
import { useErrorText } from '#/ui/States'
import type { Role } from './page'
import styles from './roles.module.css'

export function CopyForm(props: {
  roles: Role[]
  from: string
  onClose: () => void
  onMade: (id: string) => void
}) {
  const { t } = useTranslation('roles')
  const roleName = useRoleName()
  const errorText = useErrorText()
  const staff = props.roles.find((role) => role.builtIn === 'STAFF')?.id ?? ''
  const [from, setFrom] = useState(props.from || staff)
  const [name, setName] = useState('')
  const copy = useMutation({
    mutationFn: () => request(CopyRoleDocument, { input: { from, name: name.trim() } }),
    onSuccess: async ({ copyRole: { role } }) => {
      if (!role) return
      await forget(RoleMatrixDocument, RolesDocument)
      props.onMade(role.id)
    },
  })
  const refusal = copy.data?.copyRole.refusal
  return (
    <Modal open title={t('copy')} onCancel={props.onClose} footer={null} width={440}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          copy.mutate()
        }}
      >
        {copy.error && <FormFault>{errorText(copy.error)}</FormFault>}
        <Field label={t('from')}>
          {(field) => (
            <Select
              {...field}
              value={from}
              options={props.roles.map((role) => ({ value: role.id, label: roleName(role) }))}
              onChange={setFrom}
            />
          )}
        </Field>
        <Field
          label={t('name')}
          hint={t('copyHint')}
          error={refusal ? t(`refusal.${refusal}`) : null}
        >
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
        <div className={styles.submit}>
          <Button
            type="primary"
            htmlType="submit"
            loading={copy.isPending}
            disabled={name.trim() === ''}
          >
            {t('copyDo')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
