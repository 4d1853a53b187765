// Putting a member of staff by hand, or putting right what is known of one.
import { useMutation } from '@tanstack/react-query'
import { App, Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  AllStaffDocument,
  CreateStaffDocument,
  DepartmentsDocument,
  StaffMemberDocument,
  type StaffMemberQuery,
  type StaffRefusal,
  type StaffState,
  UpdateStaffDocument,
} from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { NAME_CHARS_MAX } from '#/lib/limits'
import { forget } from '#/lib/query'
import { Field, FormFault } from '#/ui/Field'
import { DepartmentListPicker } from '#/ui/PeoplePicker'
import { Segments } from '#/ui/Segments'
import { useErrorText } from '#/ui/States'
import styles from './staff.module.css'

type Member = NonNullable<StaffMemberQuery['staff']>
type Values = {
  name: string
  channelId: string
  position: string
  departments: string[]
  state: StaffState
}

const STATES: StaffState[] = ['ACTIVE', 'SUSPENDED', 'LEFT']

/** The field that a refusal is about. */
const ABOUT: Record<StaffRefusal, 'name' | 'channelId' | 'position' | 'departments'> = {
  NAME_INVALID: 'name',
  ACCOUNT_INVALID: 'channelId',
  ACCOUNT_TAKEN: 'channelId',
  POSITION_INVALID: 'position',
  DEPARTMENT_UNKNOWN: 'departments',
  TOO_MANY_DEPARTMENTS: 'departments',
}

async function send(member: Member | null, values: Values): Promise<StaffRefusal | null> {
  const { state, channelId, ...known } = { ...values, name: values.name.trim() }
  if (member) {
    const input = { id: member.id, state, ...known }
    return (await request(UpdateStaffDocument, { input })).updateStaff.refusal
  }
  const input = { channelId: channelId.trim(), ...known }
  return (await request(CreateStaffDocument, { input })).createStaff.refusal
}

export function StaffForm({ member, onClose }: { member: Member | null; onClose: () => void }) {
  const { t } = useTranslation('staff')
  const { message } = App.useApp()
  const errorText = useErrorText()
  const [values, setValues] = useState<Values>({
    name: member?.name ?? '',
    channelId: member?.channelId ?? '',
    position: member?.position ?? '',
    departments: member?.departments.map((one) => one.id) ?? [],
    state: member?.state ?? 'ACTIVE',
  })
  const set = (change: Partial<Values>) => setValues({ ...values, ...change })
  const save = useMutation({
    mutationFn: () => send(member, values),
    onSuccess: async (refusal) => {
      if (refusal) return
      void message.success(t('saved', { name: values.name.trim() }))
      await forget(AllStaffDocument, StaffMemberDocument, DepartmentsDocument)
      onClose()
    },
  })
  const wrong = (field: (typeof ABOUT)[StaffRefusal]) =>
    save.data && ABOUT[save.data] === field ? t(`refusal.${save.data}`) : null
  return (
    <Modal
      open
      title={member ? t('editOf', { name: member.name }) : t('new')}
      onCancel={onClose}
      footer={null}
      width={480}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        {save.error && <FormFault>{errorText(save.error)}</FormFault>}
        <Field label={t('name')} error={wrong('name')}>
          {(field) => (
            <Input
              {...field}
              autoFocus
              maxLength={NAME_CHARS_MAX}
              value={values.name}
              onChange={(event) => set({ name: event.target.value })}
            />
          )}
        </Field>
        <Field
          label={t('channelId')}
          hint={member ? null : t('channelIdHint')}
          error={wrong('channelId')}
        >
          {(field) => (
            <Input
              {...field}
              autoCapitalize="none"
              spellCheck={false}
              readOnly={member !== null}
              maxLength={NAME_CHARS_MAX}
              value={values.channelId}
              onChange={(event) => set({ channelId: event.target.value })}
            />
          )}
        </Field>
        <Field label={t('position')} error={wrong('position')}>
          {(field) => (
            <Input
              {...field}
              maxLength={NAME_CHARS_MAX}
              value={values.position}
              onChange={(event) => set({ position: event.target.value })}
            />
          )}
        </Field>
        <Field label={t('departments')} error={wrong('departments')}>
          {(field) => (
            <DepartmentListPicker
              field={field}
              value={values.departments}
              onChange={(departments) => set({ departments })}
            />
          )}
        </Field>
        {member && (
          <div className={styles.state}>
            <span>{t('state')}</span>
            <Segments
              label={t('state')}
              value={values.state}
              options={STATES.map((value) => ({ value, label: t(`state.${value}`) }))}
              onChange={(state) => set({ state })}
            />
            <p>{t(`state.${values.state}.text`)}</p>
          </div>
        )}
        <div className={styles.submit}>
          <Button
            type="primary"
            htmlType="submit"
            loading={save.isPending}
            disabled={values.name.trim() === '' || values.channelId.trim() === ''}
          >
            {t('save')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
