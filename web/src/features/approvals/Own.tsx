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

/** What came of it besides being done; it stands on the page once and nowhere else. */
type Shown = { what: 'secret' | 'revealed'; text: string }

export function Own({ approval }: { approval: Approval }) {
  const { t } = useTranslation('approvals')
  const [shown, setShown] = useState<Shown | null>(null)
  if (shown) {
    return (
      <Section title={t(`shown.${shown.what}`)}>
        <div className={styles.secret}>
          <p>{t(`shownOnce.${shown.what}`)}</p>
          <CopyText block text={shown.text} label={t(`shown.${shown.what}`)} />
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
          <CarryOut id={approval.id} onShown={setShown} />
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

function CarryOut(props: { id: string; onShown: (shown: Shown) => void }) {
  const { t } = useTranslation('approvals')
  const { message } = App.useApp()
  const errorText = useErrorText()
  const refusalText = useRefusal()
  const renew = useRenew()
  const client = useQueryClient()
  const carryOut = useMutation({
    mutationFn: () => request(CarryOutApprovalDocument, { input: { id: props.id } }),
    onSuccess: ({ carryOutApproval: { refusal, secret, revealed } }) => {
      if (refusal) return renew()
      void message.success(t('carriedOut'))
      if (secret) props.onShown({ what: 'secret', text: secret })
      if (revealed) props.onShown({ what: 'revealed', text: revealed.value })
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
