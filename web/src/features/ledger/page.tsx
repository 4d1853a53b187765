// The ledger for those who check it: its name, verifier key and newest checkpoint, to take away.
import { DownloadOutlined } from '@ant-design/icons'
import { useMutation, useQuery } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import {
  LedgerDocument,
  type LedgerPartsFragment,
  SignCheckpointDocument,
} from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { request } from '#/lib/graphql'
import { forget, queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { CopyText } from '#/ui/CopyText'
import { Count } from '#/ui/Figures'
import { LedgerSummary } from '#/ui/LedgerSummary'
import { Facts, PageHeader, Section } from '#/ui/Page'
import { BlockSkeleton, EmptyState, useErrorText } from '#/ui/States'
import { Time } from '#/ui/Time'

export function LedgerPage() {
  const { t } = useTranslation('ledger')
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} actions={<SignNow />} />
      <Answer
        query={useQuery(queryOf(LedgerDocument, {}))}
        skeleton={<BlockSkeleton height={420} />}
      >
        {({ ledger }) => (
          <>
            <Section>
              <LedgerSummary ledger={ledger} />
            </Section>
            <Identity ledger={ledger} />
            <Checkpoint ledger={ledger} />
          </>
        )}
      </Answer>
    </>
  )
}

function SignNow() {
  const { t } = useTranslation('ledger')
  const { message } = App.useApp()
  const errorText = useErrorText()
  const can = useCan()
  const sign = useMutation({
    mutationFn: () => request(SignCheckpointDocument, {}),
    onSuccess: () => {
      void message.success(t('signed'))
      return forget(LedgerDocument)
    },
    onError: (error) => void message.error(errorText(error)),
  })
  if (!can('OPERATE')) return null
  return (
    <Button loading={sign.isPending} onClick={() => sign.mutate()}>
      {t('signNow')}
    </Button>
  )
}

function Identity({ ledger }: { ledger: LedgerPartsFragment }) {
  const { t } = useTranslation('ledger')
  return (
    <Section title={t('identity')} text={t('identityText')}>
      <Facts
        facts={[
          [t('origin'), <CopyText key="origin" text={ledger.origin} label={t('origin')} />],
          [
            t('verifierKey'),
            <CopyText key="key" text={ledger.verifierKey} label={t('verifierKey')} />,
          ],
          [t('segments'), <Count key="segments" value={ledger.segments} />],
        ]}
      />
    </Section>
  )
}

function Checkpoint({ ledger }: { ledger: LedgerPartsFragment }) {
  const { t } = useTranslation('ledger')
  const { checkpoint } = ledger
  return (
    <Section
      title={t('note')}
      text={checkpoint && <Time at={checkpoint.signedAt} form="second" />}
      actions={
        checkpoint && (
          <Button size="small" icon={<DownloadOutlined />} href="/api/ledger/checkpoint" download>
            {t('download')}
          </Button>
        )
      }
    >
      {checkpoint ? (
        <CopyText block text={checkpoint.note} label={t('note')} />
      ) : (
        <EmptyState title={t('noCheckpoint')} text={t('noCheckpointText')} />
      )}
    </Section>
  )
}
