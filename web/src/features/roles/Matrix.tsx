// The table of rights: a column a role, a row a right. On a phone one column stands alone.
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { App, Button } from 'antd'
import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import { DeleteRoleDocument, RoleMatrixDocument, RolesDocument } from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { request } from '#/lib/graphql'
import { forget } from '#/lib/query'
import { useListed } from '#/ui/listed'
import { useRoleName } from '#/ui/roleName'
import { useErrorText } from '#/ui/States'
import { useScopeText } from './Changes'
import { holdersOf } from './holders'
import type { Holder, Role } from './page'
import { RIGHT_GROUPS, RIGHTS } from './rights'
import styles from './roles.module.css'

/** How many networks of a role stand in the table. */
const NETWORKS_SHOWN = 3

export function Matrix(props: {
  roles: Role[]
  users: Holder[]
  shown: string
  onCopy: (id: string) => void
  onEdit: (id: string) => void
}) {
  const { t } = useTranslation('roles')
  const { t: model } = useTranslation('model')
  const roleName = useRoleName()
  const scopeText = useScopeText()
  const listed = useListed()
  const may = useCan()('MANAGE_ROLES')
  const cell = (role: Role) => (role.id === props.shown ? '' : (styles.other ?? ''))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className={styles.scroll} tabIndex={0} aria-label={t('matrix')}>
      <table className={styles.matrix} aria-label={t('matrix')}>
        <thead>
          <tr>
            <th scope="col">{t('right')}</th>
            {props.roles.map((role) => (
              <th key={role.id} scope="col" className={cell(role)}>
                {roleName(role)}
                {!role.builtIn && <small>{t('own')}</small>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{t('scope')}</th>
            {props.roles.map((role) => (
              <td key={role.id} className={cell(role)}>
                {scopeText(role.scope)}
              </td>
            ))}
          </tr>
          <tr>
            <th scope="row">
              {t('masks')}
              <small>{t('masksText')}</small>
            </th>
            {props.roles.map((role) => (
              <td key={role.id} className={cell(role)}>
                {role.masks.length > 0
                  ? listed(role.masks.map((kind) => model(`personal.${kind}`)))
                  : t('masksNone')}
              </td>
            ))}
          </tr>
          <tr>
            <th scope="row">
              {t('factor')}
              <small>{t('factorText')}</small>
            </th>
            {props.roles.map((role) => (
              <td key={role.id} className={cell(role)}>
                {t(role.secondFactor ? 'factorYes' : 'factorNo')}
              </td>
            ))}
          </tr>
          <tr>
            <th scope="row">
              {t('networks')}
              <small>{t('networksText')}</small>
            </th>
            {props.roles.map((role) => (
              <td key={role.id} className={cell(role)}>
                <Networks networks={role.networks} />
              </td>
            ))}
          </tr>
          <tr>
            <th scope="row">{t('holders')}</th>
            {props.roles.map((role) => (
              <td key={role.id} className={cell(role)}>
                <Holders users={holdersOf(role, props.users)} />
              </td>
            ))}
          </tr>
          {RIGHT_GROUPS.map((group) => (
            <Fragment key={group}>
              <tr className={styles.group}>
                <th scope="colgroup" colSpan={props.roles.length + 1}>
                  {t(`group.${group}`)}
                </th>
              </tr>
              {RIGHTS[group].map((action) => (
                <tr key={action}>
                  <th scope="row">
                    {t(`action.${action}`)}
                    <small>{t(`action.${action}.text`)}</small>
                  </th>
                  {props.roles.map((role) => (
                    <td key={role.id} className={cell(role)}>
                      <Tick on={role.actions.includes(action)} />
                    </td>
                  ))}
                </tr>
              ))}
            </Fragment>
          ))}
          {may && (
            <tr>
              <th scope="row">{t('act')}</th>
              {props.roles.map((role) => (
                <td key={role.id} className={cell(role)}>
                  <Acts {...props} role={role} />
                </td>
              ))}
            </tr>
          )}
        </tbody>
      </table>
    </section>
  )
}

function Tick({ on }: { on: boolean }) {
  const { t } = useTranslation('roles')
  return (
    <>
      <span aria-hidden="true" className={on ? styles.yes : styles.no}>
        {on ? '✓' : '–'}
      </span>
      <span className="sr-only">{t(on ? 'yes' : 'no')}</span>
    </>
  )
}

/** The first networks of a role; all of them stand in its form. */
function Networks({ networks }: { networks: string[] }) {
  const { t } = useTranslation('roles')
  if (networks.length === 0) return <span className="muted">{t('anywhere')}</span>
  const more = networks.length - NETWORKS_SHOWN
  return (
    <>
      {networks.slice(0, NETWORKS_SHOWN).map((network) => (
        <code key={network} className={styles.network}>
          {network}
        </code>
      ))}
      {more > 0 && <div className="muted">{t('networksMore', { count: more })}</div>}
    </>
  )
}

function Holders({ users }: { users: Holder[] }) {
  const { t } = useTranslation('roles')
  if (users.length === 0) return <span className="muted">{t('nobody')}</span>
  const [first, ...others] = users
  if (!first) return null
  return (
    <>
      <Link to="/users/$id" params={{ id: first.id }}>
        {first.name}
      </Link>
      {others.length > 0 && <div className="muted">{t('andOthers', { count: others.length })}</div>}
    </>
  )
}

function Acts(props: {
  role: Role
  users: Holder[]
  onCopy: (id: string) => void
  onEdit: (id: string) => void
}) {
  const { t } = useTranslation('roles')
  const roleName = useRoleName()
  const { role } = props
  const remove = useDelete(props.users)
  const name = roleName(role)
  return (
    <div className={styles.acts}>
      <Button size="small" onClick={() => props.onCopy(role.id)} aria-label={t('copyOf', { name })}>
        {t('copyShort')}
      </Button>
      <Button
        size="small"
        onClick={() => props.onEdit(role.id)}
        aria-label={t(role.builtIn ? 'conditionsOf' : 'editOf', { name })}
      >
        {t(role.builtIn ? 'conditionsShort' : 'edit')}
      </Button>
      {!role.builtIn && (
        <Button size="small" onClick={() => remove(role)} aria-label={t('deleteOf', { name })}>
          {t('delete')}
        </Button>
      )}
    </div>
  )
}

/** Deletes a role after a question; where somebody holds it, says who. */
function useDelete(users: Holder[]): (role: Role) => void {
  const { t } = useTranslation('roles')
  const { modal, message } = App.useApp()
  const errorText = useErrorText()
  const remove = useMutation({
    mutationFn: (id: string) => request(DeleteRoleDocument, { input: { id } }),
    onSuccess: ({ deleteRole: { refusal } }) => {
      if (refusal) void message.warning(t(`refusal.${refusal}`))
      return forget(RoleMatrixDocument, RolesDocument)
    },
    onError: (error) => void message.error(errorText(error)),
  })
  return (role) => {
    const holders = holdersOf(role, users)
    if (holders.length > 0) {
      modal.warning({
        title: t('heldTitle', { name: role.name }),
        content: (
          <>
            <p>{t('heldText')}</p>
            <ul>
              {holders.map((user) => (
                <li key={user.id}>
                  {user.name} <code className="muted">{user.login}</code>
                </li>
              ))}
            </ul>
          </>
        ),
      })
      return
    }
    modal.confirm({
      title: t('deleteTitle', { name: role.name }),
      content: t('deleteText'),
      okText: t('delete'),
      okButtonProps: { danger: true },
      // The question closes first: the operation may ask who it is.
      onOk: () => remove.mutate(role.id),
    })
  }
}
