// Roles beside each other: what each may do, with whose records, and who holds it.
import { CopyOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RoleMatrixDocument, type RoleMatrixQuery } from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { PageHeader, Section } from '#/ui/Page'
import { useRoleName } from '#/ui/roleName'
import { RowsSkeleton } from '#/ui/States'
import { CopyForm } from './CopyForm'
import { holdersOf } from './holders'
import { Matrix } from './Matrix'
import { RoleForm } from './RoleForm'
import styles from './roles.module.css'

export type Role = RoleMatrixQuery['roles'][number]
export type Holder = RoleMatrixQuery['users'][number]

export function RolesPage() {
  const { t } = useTranslation('roles')
  const may = useCan()('MANAGE_ROLES')
  const [copying, setCopying] = useState<string | null>(null)
  const [editing, setEditing] = useState<string | null>(null)
  return (
    <>
      <PageHeader
        title={t('title')}
        text={t('text')}
        actions={
          may && (
            <Button type="primary" icon={<CopyOutlined />} onClick={() => setCopying('')}>
              {t('copy')}
            </Button>
          )
        }
      />
      <Answer
        query={useQuery(queryOf(RoleMatrixDocument, {}))}
        skeleton={<RowsSkeleton rows={16} />}
      >
        {({ roles, users }) => (
          <>
            <Roles roles={roles} users={users} onCopy={setCopying} onEdit={setEditing} />
            {copying !== null && (
              <CopyForm
                roles={roles}
                from={copying}
                onClose={() => setCopying(null)}
                onMade={(id) => {
                  setCopying(null)
                  setEditing(id)
                }}
              />
            )}
            {roles
              .filter((role) => role.id === editing)
              .map((role) => (
                <RoleForm
                  key={role.id}
                  role={role}
                  holders={holdersOf(role, users).length}
                  onClose={() => setEditing(null)}
                />
              ))}
          </>
        )}
      </Answer>
      <Section title={t('powers')}>
        <p className={styles.words}>{t('powersText')}</p>
        <ul className={styles.powers}>
          {(['system', 'security', 'audit'] as const).map((power) => (
            <li key={power}>
              <strong>{t(`power.${power}`)}</strong> {t(`power.${power}.text`)}
            </li>
          ))}
        </ul>
      </Section>
    </>
  )
}

function Roles(props: {
  roles: Role[]
  users: Holder[]
  onCopy: (id: string) => void
  onEdit: (id: string) => void
}) {
  const { t } = useTranslation('roles')
  const roleName = useRoleName()
  const [one, setOne] = useState(props.roles[0]?.id ?? '')
  return (
    <Section flush>
      <div className={styles.choice}>
        <Select
          aria-label={t('shown')}
          value={one}
          options={props.roles.map((role) => ({ value: role.id, label: roleName(role) }))}
          onChange={setOne}
        />
      </div>
      <Matrix {...props} shown={one} />
    </Section>
  )
}
