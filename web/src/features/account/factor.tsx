// The viewer's second factor: whether there is one, enrolling an app, recovery codes, turning it off.
import { useMutation, useQuery } from '@tanstack/react-query'
import { App, Button, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  BeginEnrolmentDocument,
  FactorDocument,
  type FactorQuery,
  RemoveSecondFactorDocument,
  RenewRecoveryCodesDocument,
  SessionDocument,
} from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { forget, queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { Facts, Section } from '#/ui/Page'
import { BlockSkeleton, useErrorText } from '#/ui/States'
import { Status } from '#/ui/Status'
import { Time } from '#/ui/Time'
import styles from './account.module.css'
import { type Begun, Enrol } from './Enrol'
import { RecoveryCodes } from './RecoveryCodes'

type State = NonNullable<NonNullable<FactorQuery['viewer']>['secondFactor']>

/** Recovery codes of which so few are left that new ones should be made. */
const FEW = 3

/** What a change of the factor makes stale. */
const changed = () => forget(FactorDocument, SessionDocument)

export function FactorSection() {
  const { t } = useTranslation('factor')
  const [begun, setBegun] = useState<Begun | null>(null)
  const [codes, setCodes] = useState<string[] | null>(null)
  return (
    <Section title={t('title')}>
      <p className={styles.lead}>{t('text')}</p>
      <Answer
        query={useQuery(queryOf(FactorDocument, {}))}
        skeleton={<BlockSkeleton height={64} />}
      >
        {({ viewer }) =>
          viewer?.secondFactor ? (
            <On state={viewer.secondFactor} onBegun={setBegun} onCodes={setCodes} />
          ) : (
            <Off onBegun={setBegun} />
          )
        }
      </Answer>
      {begun && <EnrolDialog begun={begun} onClose={() => setBegun(null)} />}
      {codes && (
        <Modal
          open
          title={t('codesTitle')}
          onCancel={() => setCodes(null)}
          mask={{ closable: false }}
          keyboard={false}
          footer={null}
          width={440}
        >
          <RecoveryCodes codes={codes} onDone={() => setCodes(null)} />
        </Modal>
      )}
    </Section>
  )
}

function EnrolDialog({ begun, onClose }: { begun: Begun; onClose: () => void }) {
  const { t } = useTranslation('factor')
  const [enrolled, setEnrolled] = useState(false)
  return (
    <Modal
      open
      title={t(enrolled ? 'codesTitle' : 'enrolTitle')}
      onCancel={onClose}
      mask={{ closable: false }}
      keyboard={!enrolled}
      footer={null}
      width={440}
    >
      <Enrol
        begun={begun}
        onEnrolled={() => {
          setEnrolled(true)
          void changed()
        }}
        onDone={onClose}
      />
    </Modal>
  )
}

function useBegin(onBegun: (begun: Begun) => void) {
  const { message } = App.useApp()
  const errorText = useErrorText()
  return useMutation({
    mutationFn: () => request(BeginEnrolmentDocument, {}),
    onSuccess: ({ beginEnrolment }) => onBegun(beginEnrolment),
    onError: (error) => void message.error(errorText(error)),
  })
}

function Off({ onBegun }: { onBegun: (begun: Begun) => void }) {
  const { t } = useTranslation('factor')
  const begin = useBegin(onBegun)
  return (
    <div className={styles.row}>
      <Status tone="quiet">{t('off')}</Status>
      <Button type="primary" loading={begin.isPending} onClick={() => begin.mutate()}>
        {t('enable')}
      </Button>
    </div>
  )
}

function On(props: {
  state: State
  onBegun: (begun: Begun) => void
  onCodes: (codes: string[]) => void
}) {
  const { t } = useTranslation('factor')
  const { modal, message } = App.useApp()
  const errorText = useErrorText()
  const { enrolledAt, recoveryCodesLeft: count } = props.state
  const begin = useBegin(props.onBegun)
  const onError = (error: unknown) => void message.error(errorText(error))
  const renew = useMutation({
    mutationFn: () => request(RenewRecoveryCodesDocument, {}),
    onSuccess: ({ renewRecoveryCodes: { recoveryCodes } }) => {
      props.onCodes(recoveryCodes)
      return changed()
    },
    onError,
  })
  const remove = useMutation({
    mutationFn: () => request(RemoveSecondFactorDocument, {}),
    onSuccess: ({ removeSecondFactor: { refusal } }) => {
      if (refusal) void message.warning(t(`refusal.${refusal}`))
      else void message.success(t('removed'))
      return changed()
    },
    onError,
  })
  // Each question closes before its operation begins, which may ask who it is.
  const askRenew = () =>
    modal.confirm({
      title: t('renew'),
      content: t('renewText'),
      okText: t('renew'),
      onOk: () => renew.mutate(),
    })
  const askRemove = () =>
    modal.confirm({
      title: t('removeTitle'),
      content: t('removeText'),
      okText: t('remove'),
      okButtonProps: { danger: true },
      onOk: () => remove.mutate(),
    })
  return (
    <>
      <Facts
        facts={[
          [
            t('title'),
            <Status key="on" tone="good">
              {t('on')}
            </Status>,
          ],
          [t('since'), <Time key="since" at={enrolledAt} />],
          [
            t('left'),
            count <= FEW ? (
              <Status key="left" tone="warn">
                {t('leftFew', { count })}
              </Status>
            ) : (
              t('leftCount', { count })
            ),
          ],
        ]}
      />
      <div className={styles.row}>
        <Button loading={begin.isPending} onClick={() => begin.mutate()}>
          {t('replace')}
        </Button>
        <Button loading={renew.isPending} onClick={askRenew}>
          {t('renew')}
        </Button>
        <Button danger loading={remove.isPending} onClick={askRemove}>
          {t('remove')}
        </Button>
      </div>
    </>
  )
}
