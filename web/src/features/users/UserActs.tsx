// What is done to a user: suspending, letting in again, taking a lost second factor away.
import { useMutation } from '@tanstack/react-query'
import { App, Button, Space } from 'antd'
import { useTranslation } from 'react-i18next'
import {
  ResetSecondFactorDocument,
  SetUserActiveDocument,
  UserDocument,
  UsersDocument,
  type UsersQuery,
} from '#/api/gen/operations'
import { useViewer } from '#/lib/access'
import { request } from '#/lib/graphql'
import { forget } from '#/lib/query'
import { useErrorText } from '#/ui/States'
import { RenewInvitation } from './RenewInvitation'

type User = Pick<
  UsersQuery['users'][number],
  'id' | 'name' | 'active' | 'secondFactor' | 'invitedUntil'
>

export function UserActs({ user }: { user: User }) {
  const { t } = useTranslation('users')
  const viewer = useViewer()
  const change = useSetActive()
  const reset = useResetFactor()
  if (user.id === viewer?.user.id) return <span className="muted">{t('you')}</span>
  return (
    <Space size="small" wrap>
      {user.secondFactor && (
        <Button size="small" onClick={() => reset(user)}>
          {t('reset')}
        </Button>
      )}
      {user.invitedUntil && user.active && <RenewInvitation user={user} />}
      <Button size="small" onClick={() => change(user)}>
        {t(user.active ? 'suspend' : 'readmit')}
      </Button>
    </Space>
  )
}

/** Takes a user's lost second factor away after a question. */
function useResetFactor(): (user: User) => void {
  const { t } = useTranslation('users')
  const { modal, message } = App.useApp()
  const errorText = useErrorText()
  const reset = useMutation({
    mutationFn: (id: string) => request(ResetSecondFactorDocument, { input: { id } }),
    onSuccess: ({ resetSecondFactor: { user, refusal } }) => {
      if (refusal) void message.warning(t(`refusal.${refusal}`))
      if (user) void message.success(t('resetDone', { name: user.name }))
      return forget(UsersDocument, UserDocument)
    },
    onError: (error) => void message.error(errorText(error)),
  })
  return (user) =>
    modal.confirm({
      title: t('resetTitle', { name: user.name }),
      content: t('resetText'),
      okText: t('reset'),
      okButtonProps: { danger: true },
      // The question closes first: the operation may ask who it is.
      onOk: () => reset.mutate(user.id),
    })
}

/** Suspends a user after a question, or lets the user in again. */
function useSetActive(): (user: User) => void {
  const { t } = useTranslation('users')
  const { modal, message } = App.useApp()
  const errorText = useErrorText()
  const change = useMutation({
    mutationFn: (input: { id: string; active: boolean }) =>
      request(SetUserActiveDocument, { input }),
    onSuccess: ({ setUserActive: { refusal } }) => {
      if (refusal) void message.warning(t(`refusal.${refusal}`))
      return forget(UsersDocument, UserDocument)
    },
    onError: (error) => void message.error(errorText(error)),
  })
  return (user) => {
    if (!user.active) {
      change.mutate({ id: user.id, active: true })
      return
    }
    modal.confirm({
      title: t('suspendTitle', { name: user.name }),
      content: t('suspendText'),
      okText: t('suspend'),
      okButtonProps: { danger: true },
      // The question closes first: the operation may ask who it is.
      onOk: () => change.mutate({ id: user.id, active: false }),
    })
  }
}
