// The links of the other administrators, shown this once.
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import type { CompleteSetupMutation } from '#/api/gen/operations'
import type { Viewer } from '#/lib/access'
import { useEnter } from '#/lib/enter'
import { invitationAddress } from '#/lib/invitation'
import { CopyText } from '#/ui/CopyText'
import styles from './setup.module.css'

type Invitation = CompleteSetupMutation['completeSetup']['invitations'][number]

export function Invitations(props: { viewer: Viewer; invitations: Invitation[] }) {
  const { t } = useTranslation('setup')
  const enter = useEnter()
  return (
    <>
      <ul className={styles.links}>
        {props.invitations.map((one) => (
          <li key={one.login}>
            <strong>{t('linkOf', { name: one.name, login: one.login })}</strong>
            <CopyText block text={invitationAddress(one.token)} label={t('linkOf', one)} />
          </li>
        ))}
      </ul>
      <Button type="primary" size="large" block onClick={() => void enter(props.viewer)}>
        {t('proceed')}
      </Button>
    </>
  )
}
