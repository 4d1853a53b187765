// One case: what is known of it, what it collects, its messages, its chain.
import { useMutation, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  CaseDocument,
  type CaseQuery,
  CasesDocument,
  PickCasesDocument,
  SetCaseStateDocument,
} from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { request } from '#/lib/graphql'
import { forget, queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { MakePackage } from '#/ui/MakePackage'
import { Facts, PageHeader, Section } from '#/ui/Page'
import { BlockSkeleton, NotThere, useErrorText } from '#/ui/States'
import { Status } from '#/ui/Status'
import { Time } from '#/ui/Time'
import { WhoLooked } from '#/ui/WhoLooked'
import { CaseForm } from './CaseForm'
import { Chain } from './Chain'
import { ForumWords } from './ForumWords'
import { Items } from './Items'
import { Messages } from './Messages'

type Case = NonNullable<CaseQuery['case']>

export function CasePage() {
  const { id } = useParams({ from: '/shell/cases/$id' })
  return (
    <Answer
      query={useQuery(queryOf(CaseDocument, { id }))}
      skeleton={<BlockSkeleton height={220} />}
    >
      {(data) => (data.case ? <Whole one={data.case} /> : <NotThere id={id} />)}
    </Answer>
  )
}

function Whole({ one }: { one: Case }) {
  const open = one.state === 'OPEN'
  return (
    <>
      <Head one={one} />
      <About one={one} />
      <Items id={one.id} items={one.items} open={open} />
      {one.items.length > 0 && <Messages id={one.id} />}
      <Chain id={one.id} open={open} />
    </>
  )
}

function Head({ one }: { one: Case }) {
  const { t } = useTranslation('cases')
  const { modal, message } = App.useApp()
  const can = useCan()
  const errorText = useErrorText()
  const [changing, setChanging] = useState(false)
  const set = useMutation({
    mutationFn: (state: Case['state']) =>
      request(SetCaseStateDocument, { input: { id: one.id, state } }),
    onSuccess: () => forget(CaseDocument, CasesDocument, PickCasesDocument),
    onError: (error) => void message.error(errorText(error)),
  })
  const close = () =>
    modal.confirm({
      title: t('closeTitle', { name: one.name }),
      content: t('closeText'),
      okText: t('close'),
      onOk: () => set.mutate('CLOSED'),
    })
  const open = one.state === 'OPEN'
  return (
    <>
      <PageHeader
        title={one.name}
        text={
          <>
            <Status tone={open ? 'busy' : 'quiet'}>{t(`state.${one.state}`)}</Status>
            {one.number && <span> · {one.number}</span>}
          </>
        }
        actions={
          <>
            {can('READ_AUDIT') && <WhoLooked subject={one.id} />}
            <MakePackage of={{ case: one.id }} />
            <Button onClick={() => setChanging(true)}>{t('change')}</Button>
            <Button onClick={open ? close : () => set.mutate('OPEN')} loading={set.isPending}>
              {t(open ? 'close' : 'reopen')}
            </Button>
          </>
        }
      />
      {changing && (
        <CaseForm now={one} onClose={() => setChanging(false)} onDone={() => undefined} />
      )}
    </>
  )
}

function About({ one }: { one: Case }) {
  const { t } = useTranslation('cases')
  const none = <span className="muted">{t('none')}</span>
  const parties = one.parties.map((party) => `${party.name} (${t(`role.${party.role}`)})`)
  return (
    <Section>
      <Facts
        facts={[
          [t('forum'), <ForumWords key="forum" forum={one.forum} />],
          [t('purpose'), one.purpose || none],
          [t('parties'), parties.length > 0 ? parties.join('、') : none],
          [t('inCharge'), one.inCharge.map((person) => person.name).join('、')],
          [t('opened'), <Time key="opened" at={one.openedAt} />],
        ]}
      />
    </Section>
  )
}
