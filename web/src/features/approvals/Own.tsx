// What the viewer asked for: carrying it out once somebody said yes, or taking it back.
import { DownloadOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CarryOutApprovalDocument } from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { CopyText } from '#/ui/CopyText'
import { FormFault } from '#/ui/Field'
import { Section } from '#/ui/Page'
import { useErrorText } from '#/ui/States'
import styles from './approval.module.css'
import { TakeBack } from './Decide'
import { useRefusal, useRenew } from './outcome'
import type { Approval } from './preview'

export function Own({ approval }: { approval: Approval }) {
  const { t } = useTranslation('approvals')
  const [secret, setSecret] = useState<string | null>(null)
  if (secret) {
    return (
      <Section title={t('secret')}>
        <div className={styles.secret}>
          <p>{t('secretOnce')}</p>
          <CopyText block text={secret} label={t('secret')} />
        </div>
      </Section>
    )
  }
  if (approval.state === 'PENDING') {
    return (
      <Section title={t('waits')}>
        <p>{t('waitsText')}</p>
        <TakeBack id={approval.id} />
      </Section>
    )
  }
  if (approval.state !== 'APPROVED') return null
  return (
    <Section title={t('carryOut')}>
      <p>{t('carryOutText')}</p>
      <div className={styles.buttons}>
        {approval.exportForm ? (
          <Export approval={approval} />
        ) : (
          <CarryOut id={approval.id} onSecret={setSecret} />
        )}
        <TakeBack id={approval.id} />
      </div>
    </Section>
  )
}

/** The download carries it out, once; afterwards the page asks how it stands. */
function Export({ approval }: { approval: Approval }) {
  const { t } = useTranslation('approvals')
  const renew = useRenew()
  const form = approval.exportForm?.toLowerCase()
  return (
    <Button
      type="primary"
      icon={<DownloadOutlined />}
      href={`/api/audit/events.${form}?approval=${approval.id}`}
      download
      onClick={() => setTimeout(() => void renew(), 2_000)}
    >
      {t('download')}
    </Button>
  )
}

function CarryOut(props: { id: string; onSecret: (secret: string) => void }) {
  const { t } = useTranslation('approvals')
  const { message } = App.useApp()
  const errorText = useErrorText()
  const refusalText = useRefusal()
  const renew = useRenew()
  const client = useQueryClient()
  const carryOut = useMutation({
    mutationFn: () => request(CarryOutApprovalDocument, { input: { id: props.id } }),
    onSuccess: ({ carryOutApproval: { refusal, secret } }) => {
      if (refusal) return renew()
      void message.success(t('carriedOut'))
      if (secret) props.onSecret(secret)
      // Whatever it changed may stand on any page.
      return client.invalidateQueries()
    },
  })
  const refused = carryOut.data?.carryOutApproval
  return (
    <>
      {carryOut.error && <FormFault>{errorText(carryOut.error)}</FormFault>}
      {refused?.refusal && <FormFault>{refusalText(refused)}</FormFault>}
      <Button type="primary" loading={carryOut.isPending} onClick={() => carryOut.mutate()}>
        {t('carryOutNow')}
      </Button>
    </>
  )
}
