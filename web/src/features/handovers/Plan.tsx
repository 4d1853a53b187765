// To whom a leaver's customers go: rules, what follows from them for every customer, and the one step that does it.
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  CarryOutHandoverDocument,
  HandoverDocument,
  HandoverPlanDocument,
  type HandoverPlanQuery,
  HandoversDocument,
  PlanHandoverDocument,
} from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { forget, pagesOf } from '#/lib/query'
import { FormFault } from '#/ui/Field'
import { Section } from '#/ui/Page'
import { Pages } from '#/ui/Pages'
import { EmptyState, useErrorText } from '#/ui/States'
import { Status } from '#/ui/Status'
import { type Column, Table } from '#/ui/Table'
import styles from './handovers.module.css'
import { PersonSelect } from './PersonSelect'
import { RuleList } from './RuleList'
import { giveSingly, inputsOf, isWhole, type Person, type Rule } from './rules'

const PAGE_SIZE = 50

type Plan = NonNullable<NonNullable<HandoverPlanQuery['handover']>['plan']>
type Row = Plan['customers']['nodes'][number]

export function PlanSection(props: { handover: string; leaver: string; rules: Rule[] }) {
  const { t } = useTranslation('handovers')
  const errorText = useErrorText()
  const [draft, setDraft] = useState(props.rules)
  const save = useMutation({
    mutationFn: (rules: Rule[]) =>
      request(PlanHandoverDocument, { input: { id: props.handover, rules: inputsOf(rules) } }),
    onSuccess: async ({ planHandover: { refusal } }) => {
      if (!refusal) await forget(HandoverDocument, HandoverPlanDocument)
    },
  })
  const refusal = save.data?.planHandover.refusal
  const changed = JSON.stringify(draft) !== JSON.stringify(props.rules)
  return (
    <>
      <Section title={t('rules')} text={t('rulesText')}>
        {save.error && <FormFault>{errorText(save.error)}</FormFault>}
        {refusal && <FormFault>{t(`refusal.${refusal}`)}</FormFault>}
        <RuleList leaver={props.leaver} rules={draft} onChange={setDraft} />
        <div className={styles.submit}>
          <Button
            type="primary"
            disabled={!changed || !isWhole(draft)}
            loading={save.isPending}
            onClick={() => save.mutate(draft)}
          >
            {t('saveRules')}
          </Button>
        </div>
      </Section>
      <Preview
        {...props}
        changed={changed}
        onSingle={(customer, successor) => {
          const next = giveSingly(draft, customer, successor)
          setDraft(next)
          if (isWhole(next)) save.mutate(next)
        }}
      />
    </>
  )
}

function Preview(props: {
  handover: string
  leaver: string
  changed: boolean
  onSingle: (customer: string, successor: Person) => void
}) {
  const { t } = useTranslation('handovers')
  const query = useInfiniteQuery(
    pagesOf(
      HandoverPlanDocument,
      { id: props.handover, first: PAGE_SIZE },
      (d) => d.handover?.plan?.customers.pageInfo,
    ),
  )
  const plan = query.data?.pages[0]?.handover?.plan
  const columns: Column<Row>[] = [
    { key: 'name', title: t('customer'), render: (row) => row.name },
    { key: 'company', title: t('company'), wide: true, render: (row) => row.company ?? '—' },
    {
      key: 'successor',
      title: t('successor'),
      render: (row) => (
        <PersonSelect
          label={t('successorOf', { name: row.name })}
          leaver={props.leaver}
          value={row.successor}
          onChange={(successor) => props.onSingle(row.customerId, successor)}
        />
      ),
    },
  ]
  return (
    <Section
      title={t('plan')}
      text={t('customerCount', { count: plan?.customers.totalCount ?? 0 })}
      flush
    >
      {plan && <Foot {...props} plan={plan} />}
      <Pages query={query}>
        {(pages) => {
          const rows = pages.flatMap((page) => page.handover?.plan?.customers.nodes ?? [])
          if (rows.length === 0) return <EmptyState title={t('noCustomers')} />
          return (
            <Table
              label={t('plan')}
              columns={columns}
              rows={rows}
              rowKey={(row) => row.customerId}
            />
          )
        }}
      </Pages>
    </Section>
  )
}

/** Who gets how many, what stands in the way, and the step itself. */
function Foot({ plan, handover, changed }: { plan: Plan; handover: string; changed: boolean }) {
  const { t } = useTranslation('handovers')
  const { modal, message } = App.useApp()
  const errorText = useErrorText()
  const carryOut = useMutation({
    mutationFn: () =>
      request(CarryOutHandoverDocument, { input: { id: handover, digest: plan.digest } }),
    onSuccess: ({ carryOutHandover: { refusal } }) => {
      if (refusal) void message.warning(t(`refusal.${refusal}`))
      else void message.success(t('done'))
    },
    onError: (error) => void message.error(errorText(error)),
    onSettled: () => forget(HandoverDocument, HandoverPlanDocument, HandoversDocument),
  })
  const count = plan.customers.totalCount
  return (
    <>
      {plan.shares.length > 0 && (
        <ul className={styles.shares} aria-label={t('shares')}>
          {plan.shares.map((share) => (
            <li key={share.successor?.id}>
              {share.isActive ? (
                share.successor?.name
              ) : (
                <Status tone="bad">{t('notActive', { name: share.successor?.name ?? '' })}</Status>
              )}{' '}
              <span className="figures">{t('customerCount', { count: share.customers })}</span>
            </li>
          ))}
        </ul>
      )}
      <div className={styles.foot}>
        <Button
          type="primary"
          disabled={plan.obstacle !== null || changed}
          loading={carryOut.isPending}
          onClick={() =>
            modal.confirm({
              title: t('carryOutTitle', { count }),
              content: t('carryOutText'),
              okText: t('carryOut'),
              // The question closes first: the operation may ask who it is.
              onOk: () => carryOut.mutate(),
            })
          }
        >
          {t('carryOut')}
        </Button>
        {changed ? (
          <Status tone="warn">{t('saveFirst')}</Status>
        ) : plan.obstacle ? (
          <Status tone="warn">{t(`refusal.${plan.obstacle}`, { count: plan.left })}</Status>
        ) : (
          <Status tone="good">{t('ready')}</Status>
        )}
      </div>
    </>
  )
}
