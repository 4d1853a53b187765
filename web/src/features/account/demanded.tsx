// Where the sign-in policy demands a second factor that the viewer does not have: nothing else is open before.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { BeginEnrolmentDocument, SignOutDocument } from '#/api/gen/operations'
import { sessionQuery } from '#/lib/access'
import { request } from '#/lib/graphql'
import { passkeysWork } from '#/lib/passkey'
import { ConfirmDialog } from '#/ui/ConfirmDialog'
import { Door } from '#/ui/Door'
import { FormFault } from '#/ui/Field'
import { useErrorText } from '#/ui/States'
import styles from './account.module.css'
import { type Begun, Enrol } from './Enrol'
import { AddPasskey } from './passkeys'

export function DemandedPage() {
  const { t } = useTranslation('factor')
  const [begun, setBegun] = useState<Begun | null>(null)
  const leave = useLeave()
  return (
    <Door title={t('demandedTitle')} text={t('demandedText')}>
      {begun ? <Enrol begun={begun} onDone={leave} /> : <Begin onBegun={setBegun} />}
      <ConfirmDialog />
    </Door>
  )
}

/** Everything is asked anew: what the viewer may do has changed. */
function useLeave(): () => void {
  const client = useQueryClient()
  const router = useRouter()
  return () => {
    client.clear()
    void router.invalidate()
  }
}

function Begin({ onBegun }: { onBegun: (begun: Begun) => void }) {
  const { t } = useTranslation('factor')
  const errorText = useErrorText()
  const leave = useLeave()
  const works = passkeysWork(useQuery(sessionQuery).data?.setup.passkeyDomain)
  const begin = useMutation({
    mutationFn: () => request(BeginEnrolmentDocument, {}),
    onSuccess: ({ beginEnrolment }) => onBegun(beginEnrolment),
  })
  const signOut = useMutation({
    mutationFn: () => request(SignOutDocument, {}),
    onSuccess: leave,
  })
  const error = begin.error ?? signOut.error
  return (
    <>
      {error && <FormFault>{errorText(error)}</FormFault>}
      <p>{t('text')}</p>
      <Button
        type="primary"
        size="large"
        block
        loading={begin.isPending}
        onClick={() => begin.mutate()}
      >
        {t('start')}
      </Button>
      {works && (
        <div className={styles.row}>
          <AddPasskey block onDone={leave} />
        </div>
      )}
      <div className={styles.close}>
        <Button type="link" loading={signOut.isPending} onClick={() => signOut.mutate()}>
          {t('signOut')}
        </Button>
      </div>
    </>
  )
}
