// What a role will be that it is not now, to be looked at before it holds.
import { useTranslation } from 'react-i18next'
import { useListed } from '#/ui/listed'
import { Facts } from '#/ui/Page'
import type { Change } from './draft'
import styles from './roles.module.css'
import type { ScopeValue } from './ScopeFields'

export function Changes({ changes, holders }: { changes: Change[]; holders: number }) {
  const { t } = useTranslation('roles')
  return (
    <>
      <p className={styles.words}>
        {holders > 0 ? t('reviewHeld', { count: holders }) : t('reviewFree')}
      </p>
      <Facts
        facts={changes.map((change) => [
          t(`what.${change.what}`),
          <ChangeText key={change.what} change={change} />,
        ])}
      />
    </>
  )
}

function ChangeText({ change }: { change: Change }) {
  const { t } = useTranslation('roles')
  const { t: model } = useTranslation('model')
  const scope = useScopeText()
  switch (change.what) {
    case 'name':
      return <FromTo before={change.before} after={change.after} />
    case 'scope':
      return <FromTo before={scope(change.before)} after={scope(change.after)} />
    case 'secondFactor': {
      const word = (on: boolean) => t(on ? 'factorDemanded' : 'factorFree')
      return <FromTo before={word(change.before)} after={word(change.after)} />
    }
    case 'actions':
      return (
        <ComesAndGoes
          added={change.added.map((action) => t(`action.${action}`))}
          removed={change.removed.map((action) => t(`action.${action}`))}
        />
      )
    case 'masks':
      return (
        <ComesAndGoes
          added={change.added.map((kind) => model(`personal.${kind}`))}
          removed={change.removed.map((kind) => model(`personal.${kind}`))}
        />
      )
    case 'networks':
      if (change.after.length === 0) {
        return <FromTo before={change.removed.join(' ')} after={t('anywhere')} />
      }
      return <ComesAndGoes added={change.added} removed={change.removed} />
  }
}

function FromTo({ before, after }: { before: string; after: string }) {
  return (
    <span className={styles.value}>
      <del>{before}</del> → <ins>{after}</ins>
    </span>
  )
}

function ComesAndGoes({ added, removed }: { added: string[]; removed: string[] }) {
  const { t } = useTranslation('roles')
  const listed = useListed()
  return (
    <span className={styles.value}>
      {added.length > 0 && (
        <div>
          {t('added')} <ins>{listed(added)}</ins>
        </div>
      )}
      {removed.length > 0 && (
        <div>
          {t('removed')} <del>{listed(removed)}</del>
        </div>
      )}
    </span>
  )
}

/** With whose records, in words; of a named list how many stand on it. */
export function useScopeText(): (
  scope: Pick<ScopeValue, 'kind'> & Record<'staff' | 'departments' | 'customers', unknown[]>,
) => string {
  const { t } = useTranslation('roles')
  const listed = useListed()
  return ({ kind, staff, departments, customers }) => {
    if (kind !== 'NAMED') return t(`kind.${kind}`)
    const parts = [
      staff.length > 0 ? t('named.staff', { count: staff.length }) : '',
      departments.length > 0 ? t('named.departments', { count: departments.length }) : '',
      customers.length > 0 ? t('named.customers', { count: customers.length }) : '',
    ].filter((part) => part !== '')
    return parts.length > 0 ? listed(parts) : t('named.nothing')
  }
}
