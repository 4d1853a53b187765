// Making, renaming or moving a department.
import { useMutation } from '@tanstack/react-query'
import { Button, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  AllStaffDocument,
  CreateDepartmentDocument,
  type DepartmentRefusal,
  DepartmentsDocument,
  MoveDepartmentDocument,
  RenameDepartmentDocument,
  StaffMemberDocument,
} from '#/api/gen/operations'
import { branches, type Department } from '#/lib/departments'
import { request } from '#/lib/graphql'
import { NAME_CHARS_MAX } from '#/lib/limits'
import { forget } from '#/lib/query'
import { Field, FormFault } from '#/ui/Field'
import { useErrorText } from '#/ui/States'
import styles from './departments.module.css'

export type Doing =
  | { kind: 'create'; parent: string | null }
  | { kind: 'rename' | 'move'; department: Department }

/** What stands for no department above: none has this number. */
const TOP = '0'

async function send(doing: Doing, name: string, parent: string): Promise<DepartmentRefusal | null> {
  const above = parent === TOP ? null : parent
  if (doing.kind === 'create') {
    const input = { name: name.trim(), parent: above }
    return (await request(CreateDepartmentDocument, { input })).createDepartment.refusal
  }
  const { id } = doing.department
  if (doing.kind === 'rename') {
    const input = { id, name: name.trim() }
    return (await request(RenameDepartmentDocument, { input })).renameDepartment.refusal
  }
  const input = { id, parent: above }
  return (await request(MoveDepartmentDocument, { input })).moveDepartment.refusal
}

export function DepartmentForm(props: {
  doing: Doing
  all: readonly Department[]
  onClose: () => void
}) {
  const { t } = useTranslation('departments')
  const errorText = useErrorText()
  const { doing } = props
  const own = doing.kind === 'create' ? null : doing.department
  const [name, setName] = useState(own?.name ?? '')
  const [parent, setParent] = useState(
    (doing.kind === 'create' ? doing.parent : doing.department.parentId) ?? TOP,
  )
  const save = useMutation({
    mutationFn: () => send(doing, name, parent),
    onSuccess: async (refusal) => {
      if (refusal) return
      await forget(DepartmentsDocument, AllStaffDocument, StaffMemberDocument)
      props.onClose()
    },
  })
  const refusal = save.data
  const aboutName = refusal === 'NAME_INVALID'
  const title = own ? t(`${doing.kind as 'rename' | 'move'}Of`, { name: own.name }) : t('new')
  const options = [
    { value: TOP, label: t('top') },
    ...branches(props.all).map(({ department, path }) => ({ value: department.id, label: path })),
  ]
  return (
    <Modal open title={title} onCancel={props.onClose} footer={null} width={440}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        {save.error && <FormFault>{errorText(save.error)}</FormFault>}
        {doing.kind !== 'move' && (
          <Field label={t('name')} error={aboutName ? t(`refusal.${refusal}`) : null}>
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
        )}
        {doing.kind === 'rename' ? (
          refusal && !aboutName && <FormFault>{t(`refusal.${refusal}`)}</FormFault>
        ) : (
          <Field label={t('parent')} error={refusal && !aboutName ? t(`refusal.${refusal}`) : null}>
            {(field) => (
              <Select
                {...field}
                showSearch={{ optionFilterProp: 'label' }}
                value={parent}
                options={options}
                onChange={setParent}
              />
            )}
          </Field>
        )}
        <div className={styles.submit}>
          <Button
            type="primary"
            htmlType="submit"
            loading={save.isPending}
            disabled={name.trim() === ''}
          >
            {t('save')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
