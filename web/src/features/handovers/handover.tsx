// One handover from suspension to signatures.
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { App, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import {
  CancelHandoverDocument,
  HandoverDocument,
  HandoverPlanDocument,
  type HandoverQuery,
  HandoversDocument,
  SuspendLeaverDocument,
} from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { forget, queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { Facts, PageHeader, Section } from '#/ui/Page'
import { BlockSkeleton, EmptyState, NotThere, useErrorText } from '#/ui/States'
import { Status } from '#/ui/Status'
import { Time } from '#/ui/Time'
import { FormTable } from './FormTable'
import { PlanSection } from './Plan'
import { TONES } from './page'
import { ReviewSection } from './Review'
import { type Rule, rulesOf } from './rules'

type Handover = NonNullable<HandoverQuery['handover']>

export function HandoverPage() {
  const { id } = useParams({ from: '/shell/handovers/$id' })
  return (
    <Answer
      query={useQuery(queryOf(HandoverDocument, { id }))}
      skeleton={<BlockSkeleton height={220} />}
    >
      {({ handover }) => (handover ? <Whole handover={handover} /> : <NotThere id={id} />)}
    </Answer>
  )
}

function Whole({ handover }: { handover: Handover }) {
  const { t } = useTranslation('handovers')
  const name = handover.leaver?.name ?? handover.id
  const rules: Rule[] = rulesOf(handover.rules)
  return (
    <>
      <PageHeader
        title={t('of', { name })}
        text={<Status tone={TONES[handover.state]}>{t(`state.${handover.state}`)}</Status>}
        actions={<Steps handover={handover} />}
      />
      <Section title={t('facts')}>
        <HandoverFacts handover={handover} />
      </Section>
      {handover.state === 'OPEN' && (
        <PlanSection
          key={JSON.stringify(rules)}
          handover={handover.id}
          leaver={handover.leaver?.id ?? ''}
          rules={rules}
        />
      )}
      {handover.state !== 'OPEN' && handover.state !== 'CANCELLED' && (
        <Section title={t('forms')} text={t('formsText')} flush>
          {handover.forms.length > 0 ? (
            <FormTable label={t('forms')} rows={handover.forms} />
          ) : (
            <EmptyState title={t('nothingToSign')} />
          )}
        </Section>
      )}
      <ReviewSection handover={handover.id} review={handover.review} />
    </>
  )
}

function HandoverFacts({ handover }: { handover: Handover }) {
  const { t } = useTranslation('handovers')
  const { leaver } = handover
  const facts: [string, React.ReactNode][] = [
    [
      t('leaver'),
      leaver ? (
        <Link key="leaver" to="/staff/$id" params={{ id: leaver.id }}>
          {leaver.name}
        </Link>
      ) : (
        '—'
      ),
    ],
    [
      t('begun'),
      <span key="begun">
        <Time at={handover.begunAt} /> {handover.begunBy}
      </span>,
    ],
    [
      t('suspension'),
      handover.suspendedAt ? (
        <span key="suspended">
          <Time at={handover.suspendedAt} />{' '}
          {t('suspendedUsers', { count: handover.suspendedUsers })}
        </span>
      ) : (
        t('notSuspended')
      ),
    ],
  ]
  if (handover.carriedOutAt) {
    facts.push([
      t('carriedOut'),
      <span key="carried">
        <Time at={handover.carriedOutAt} /> {handover.carriedOutBy}{' '}
        {t('customerCount', { count: handover.customers ?? 0 })}
      </span>,
    ])
  }
  return <Facts facts={facts} />
}

/** What can be done with the handover as a whole; each after a question. */
function Steps({ handover }: { handover: Handover }) {
  const { t } = useTranslation('handovers')
  const { modal, message } = App.useApp()
  const errorText = useErrorText()
  const name = handover.leaver?.name ?? ''
  const id = handover.id
  const onError = (error: unknown) => void message.error(errorText(error))
  const renew = () => forget(HandoverDocument, HandoverPlanDocument, HandoversDocument)
  const suspend = useMutation({
    mutationFn: () => request(SuspendLeaverDocument, { input: { id } }),
    onSuccess: ({ suspendLeaver: { refusal } }) => {
      if (refusal) void message.warning(t(`refusal.${refusal}`))
      return renew()
    },
    onError,
  })
  const cancel = useMutation({
    mutationFn: () => request(CancelHandoverDocument, { input: { id } }),
    onSuccess: ({ cancelHandover: { refusal } }) => {
      if (refusal) void message.warning(t(`refusal.${refusal}`))
      return renew()
    },
    onError,
  })
  return (
    <>
      {handover.state === 'OPEN' && (
        <Button
          loading={cancel.isPending}
          onClick={() =>
            modal.confirm({
              title: t('cancelTitle', { name }),
              content: t('cancelText'),
              okText: t('cancel'),
              okButtonProps: { danger: true },
              onOk: () => cancel.mutate(),
            })
          }
        >
          {t('cancel')}
        </Button>
      )}
      {!handover.suspendedAt && handover.state !== 'CANCELLED' && (
        <Button
          danger
          loading={suspend.isPending}
          onClick={() =>
            modal.confirm({
              title: t('suspendTitle', { name }),
              content: t('suspendText'),
              okText: t('suspend'),
              okButtonProps: { danger: true },
              // The question closes first: the operation may ask who it is.
              onOk: () => suspend.mutate(),
            })
          }
        >
          {t('suspend')}
        </Button>
      )}
    </>
  )
}
