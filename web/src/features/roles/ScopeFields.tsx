// With whose records a role works: one of five kinds; a named list has pickers.
import { Radio } from 'antd'
import { useTranslation } from 'react-i18next'
import type { DataScopeInput, DataScopeKind } from '#/api/gen/operations'
import { Field } from '#/ui/Field'
import {
  CustomerListPicker,
  DepartmentListPicker,
  type Picked,
  StaffListPicker,
} from '#/ui/PeoplePicker'
import type { Role } from './page'
import styles from './roles.module.css'

const KINDS: DataScopeKind[] = [
  'OWN_CUSTOMERS',
  'DEPARTMENT',
  'DEPARTMENT_AND_BELOW',
  'EVERYTHING',
  'NAMED',
]

export type ScopeValue = {
  kind: DataScopeKind
  staff: Picked[]
  departments: string[]
  customers: Picked[]
}

/** Ids with names; whoever is not there to see any more keeps the id. */
function picked(ids: string[], named: { id: string; name: string }[]): Picked[] {
  const names = new Map(named.map((one) => [one.id, one.name]))
  return ids.map((id) => ({ value: id, label: names.get(id) ?? id }))
}

export function scopeValue(scope: Role['scope']): ScopeValue {
  return {
    kind: scope.kind,
    staff: picked(scope.staff, scope.namedStaff),
    departments: scope.departments,
    customers: picked(scope.customers, scope.namedCustomers),
  }
}

/** What is named goes along with the kind NAMED only. */
export function scopeInput(scope: ScopeValue): DataScopeInput {
  if (scope.kind !== 'NAMED') {
    return { kind: scope.kind, staff: [], departments: [], customers: [] }
  }
  return {
    kind: 'NAMED',
    staff: scope.staff.map((one) => one.value),
    departments: scope.departments,
    customers: scope.customers.map((one) => one.value),
  }
}

export function ScopeFields(props: { value: ScopeValue; onChange: (scope: ScopeValue) => void }) {
  const { t } = useTranslation('roles')
  const { value } = props
  const set = (change: Partial<ScopeValue>) => props.onChange({ ...value, ...change })
  return (
    <fieldset className={styles.rights}>
      <legend>{t('scope')}</legend>
      <Radio.Group
        className={styles.kinds ?? ''}
        value={value.kind}
        onChange={(event) => set({ kind: event.target.value as DataScopeKind })}
      >
        {KINDS.map((kind) => (
          <Radio key={kind} value={kind}>
            {t(`kind.${kind}`)}
            <small>{t(`kind.${kind}.text`)}</small>
          </Radio>
        ))}
      </Radio.Group>
      {value.kind === 'NAMED' && (
        <div className={styles.named}>
          <Field label={t('scopeStaff')} hint={t('scopeStaffHint')}>
            {(field) => (
              <StaffListPicker
                field={field}
                value={value.staff}
                onChange={(staff) => set({ staff })}
              />
            )}
          </Field>
          <Field label={t('scopeDepartments')} hint={t('scopeDepartmentsHint')}>
            {(field) => (
              <DepartmentListPicker
                field={field}
                value={value.departments}
                onChange={(departments) => set({ departments })}
              />
            )}
          </Field>
          <Field label={t('scopeCustomers')} hint={t('scopeCustomersHint')}>
            {(field) => (
              <CustomerListPicker
                field={field}
                value={value.customers}
                onChange={(customers) => set({ customers })}
              />
            )}
          </Field>
        </div>
      )}
    </fieldset>
  )
}
