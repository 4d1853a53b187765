// The link by which somebody who was invited at set-up chooses a password, made anew and shown this once.
import { useMutation } from '@tanstack/react-query'
import { App, Button, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  RenewInvitationDocument,
  UserDocument,
  UsersDocument,
  type UsersQuery,
} from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { invitationAddress } from '#/lib/invitation'
import { forget } from '#/lib/query'
import { CopyText } from '#/ui/CopyText'
import { useErrorText } from '#/ui/States'
import styles from './users.module.css'

export function RenewInvitation({
  user,
}: {
  user: Pick<UsersQuery['users'][number], 'id' | 'name'>
}) {
  const { t } = useTranslation('users')
  const { modal, message } = App.useApp()
  const errorText = useErrorText()
  const [token, setToken] = useState<string | null>(null)
  const renew = useMutation({
    mutationFn: () => request(RenewInvitationDocument, { input: { id: user.id } }),
    onSuccess: ({ renewInvitation: { invitation, refusal } }) => {
      if (refusal) void message.warning(t(`refusal.invitation.${refusal}`))
      if (invitation) return setToken(invitation.token)
      return forget(UsersDocument, UserDocument)
    },
    onError: (error) => void message.error(errorText(error)),
  })
  const ask = () =>
    modal.confirm({
      title: t('renewTitle', { name: user.name }),
      content: t('renewText'),
      okText: t('renew'),
      // The question closes first: the operation may ask who it is.
      onOk: () => renew.mutate(),
    })
  const close = () => {
    setToken(null)
    void forget(UsersDocument, UserDocument)
  }
  return (
    <>
      <Button size="small" onClick={ask}>
        {t('renew')}
      </Button>
      {token !== null && (
        <Modal open title={t('renewed', { name: user.name })} onCancel={close} footer={null}>
          <p>{t('renewedText')}</p>
          <CopyText
            block
            text={invitationAddress(token)}
            label={t('renewed', { name: user.name })}
          />
          <div className={styles.submit}>
            <Button type="primary" onClick={close}>
              {t('handedOver')}
            </Button>
          </div>
        </Modal>
      )}
    </>
  )
}
