// One package: how far it is, what is in it, its fingerprints, its custody, its link.
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import {
  BuildPackageAgainDocument,
  CancelPackageDocument,
  PackageDocument,
  type PackagePartsFragment,
  VerifyPackageDocument,
} from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { request } from '#/lib/graphql'
import { forget, queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { FormFault } from '#/ui/Field'
import { Bytes, Count } from '#/ui/Figures'
import { Facts, PageHeader, Section } from '#/ui/Page'
import { BlockSkeleton, NotThere, useErrorText } from '#/ui/States'
import { Time } from '#/ui/Time'
import { PackageLinkSection } from './Link'
import styles from './packages.module.css'
import { fetchPackage } from './saving'
import { isOpen, PackageProgress, PackageStateWord } from './state'
import { VerdictTable } from './Verdict'

/** How often a package on its way is asked for again, in milliseconds. */
const POLL_MS = 1_000

export function PackagePage() {
  const { id } = useParams({ from: '/shell/packages/$id' })
  const query = useQuery({
    ...queryOf(PackageDocument, { id }),
    refetchInterval: ({ state }) => (isOpen(state.data?.package?.state) ? POLL_MS : false),
  })
  return (
    <Answer query={query} skeleton={<BlockSkeleton height={280} />}>
      {(data) => (data.package ? <One one={data.package} /> : <NotThere id={id} />)}
    </Answer>
  )
}

function One({ one }: { one: PackagePartsFragment }) {
  const { t } = useTranslation('packages')
  const can = useCan()
  return (
    <>
      <PageHeader
        title={one.number}
        text={<PackageStateWord state={one.state} />}
        actions={<Acts one={one} />}
      />
      {isOpen(one.state) && (
        <Section title={t('progress')}>
          <PackageProgress built={one.built} records={one.records} />
        </Section>
      )}
      {one.failure && <FormFault>{t(`failure.${one.failure}`)}</FormFault>}
      <About one={one} />
      {one.file && <File one={one} file={one.file} />}
      <Section title={t('custody')}>
        <p>{t('custodyText')}</p>
        {can('READ_AUDIT') && (
          <Link to="/audit" search={{ subject: one.id }}>
            {t('custodyAudit')}
          </Link>
        )}
      </Section>
      {one.own && one.state === 'READY' && <PackageLinkSection one={one} />}
      {one.own && one.state === 'READY' && <Checked id={one.id} />}
    </>
  )
}

function Acts({ one }: { one: PackagePartsFragment }) {
  const { t } = useTranslation('packages')
  const errorText = useErrorText()
  const onSuccess = () => void forget(PackageDocument)
  const input = { id: one.id }
  const cancel = useMutation({
    mutationFn: () => request(CancelPackageDocument, { input }),
    onSuccess,
  })
  const again = useMutation({
    mutationFn: () => request(BuildPackageAgainDocument, { input }),
    onSuccess,
  })
  const download = useMutation({ mutationFn: () => fetchPackage(one.id) })
  const error = cancel.error ?? again.error ?? download.error
  return (
    <>
      {error && <FormFault>{errorText(error)}</FormFault>}
      {isOpen(one.state) && (
        <Button onClick={() => cancel.mutate()} loading={cancel.isPending}>
          {t('cancel')}
        </Button>
      )}
      {one.own && !isOpen(one.state) && (
        <Button title={t('againText')} onClick={() => again.mutate()} loading={again.isPending}>
          {t('again')}
        </Button>
      )}
      {one.own && one.state === 'READY' && (
        <Button type="primary" onClick={() => download.mutate()} loading={download.isPending}>
          {t('download')}
        </Button>
      )}
    </>
  )
}

function About({ one }: { one: PackagePartsFragment }) {
  const { t } = useTranslation('packages')
  const { forum } = one
  const name = forum.name === '' ? t(`forumKind.${forum.kind}`) : forum.name
  return (
    <Section title={t('about')}>
      <Facts
        facts={[
          [t('selection'), <Selected key="of" one={one} />],
          [t('records'), <Count key="records" value={one.records} />],
          [t('reason'), one.reason],
          [t('purpose'), one.purpose || '—'],
          [t('recipient'), one.recipient || '—'],
          [
            t('forum'),
            forum.abroad ? `${name} · ${t('approvalNumber')} ${forum.approvalNumber}` : name,
          ],
          [t('exchange'), one.exchange.map((format) => t(`format.${format}`)).join('、') || '—'],
          [t('askedBy'), one.askedBy],
          [t('askedAt'), <Time key="asked" at={one.askedAt} form="second" />],
          [t('approval'), <Approval key="approval" id={one.approval} />],
        ]}
      />
      {one.withheld.length > 0 && (
        <>
          <h3>{t('withhold')}</h3>
          <ul>
            {one.withheld.map((part) => (
              <li key={`${part.message}${part.field}${part.party}${part.words.join(' ')}`}>
                {t(`code.${part.code}`)}
                {'：'}
                <code>{part.party ?? part.message}</code>
                {part.field && ` ${part.field}`}
                {part.note && ` — ${part.note}`}
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  )
}

function Selected({ one }: { one: PackagePartsFragment }) {
  const { t } = useTranslation('packages')
  const word = t(`selection.${one.selection}`)
  if (one.selection === 'CASE' && one.subject) {
    return (
      <Link to="/cases/$id" params={{ id: one.subject }}>
        {word}
      </Link>
    )
  }
  if (one.selection === 'CONVERSATION' && one.subject) {
    return (
      <Link to="/conversations/$id" params={{ id: one.subject }}>
        {word}
      </Link>
    )
  }
  return <>{one.query ? `${word}：${one.query}` : word}</>
}

function Approval({ id }: { id: string | null }) {
  const { t } = useTranslation('packages')
  if (id === null) return <>{t('none')}</>
  return (
    <Link to="/approvals/$id" params={{ id }}>
      {t('approval')}
    </Link>
  )
}

function File(props: {
  one: PackagePartsFragment
  file: NonNullable<PackagePartsFragment['file']>
}) {
  const { t } = useTranslation('packages')
  const { one, file } = props
  const print = (value: string) => <code className={styles.fingerprint}>{value}</code>
  return (
    <Section title={t('content')}>
      <Facts
        facts={[
          [t('bytes'), <Bytes key="bytes" value={file.bytes} />],
          [t('sha256'), print(file.sha256)],
          [t('manifest'), print(file.manifest)],
          [t('certificate'), print(file.certificate)],
          [t('headSize'), one.headSize === null ? '—' : <Count key="head" value={one.headSize} />],
          [t('builtAt'), <Time key="built" at={file.builtAt} form="second" />],
          [t('expiresAt'), <Time key="until" at={file.expiresAt} form="second" />],
        ]}
      />
    </Section>
  )
}

function Checked({ id }: { id: string }) {
  const { t } = useTranslation('packages')
  const errorText = useErrorText()
  const verify = useMutation({
    mutationFn: () => request(VerifyPackageDocument, { input: { id } }),
  })
  return (
    <Section title={t('check')}>
      {verify.error && <FormFault>{errorText(verify.error)}</FormFault>}
      <Button onClick={() => verify.mutate()} loading={verify.isPending}>
        {t('check')}
      </Button>
      {verify.data && <VerdictTable {...verify.data.verifyPackage} />}
    </Section>
  )
}
