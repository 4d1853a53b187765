// The proof of a record: the state of its seal, what the server says, and what this browser finds by itself.

import { DownloadOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import {
  LedgerDocument,
  MessageProofDocument,
  type MessageQuery,
  type ProofPartsFragment,
  type SealState,
} from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { CopyText } from '#/ui/CopyText'
import { Count } from '#/ui/Figures'
import { useListed } from '#/ui/listed'
import { Facts, Section } from '#/ui/Page'
import { SealDrawing } from '#/ui/SealMark'
import { BlockSkeleton } from '#/ui/States'
import { BrowserCheck } from './BrowserCheck'
import { Disclosures } from './Disclosures'
import styles from './ProofSection.module.css'

/** How often a proof that waits for its checkpoint is asked for, in milliseconds. */
const WAIT_MS = 1_500

type Original = NonNullable<MessageQuery['message']>['original']

export function ProofSection({ id, original }: { id: string; original: Original }) {
  const { t } = useTranslation('message')
  const query = useQuery({
    ...queryOf(MessageProofDocument, { id }),
    refetchInterval: ({ state }) =>
      state.data?.message?.seal.state === 'WAITING' ? WAIT_MS : false,
  })
  const place = useArrival(query.isPending)
  return (
    <div id="proof" ref={place} tabIndex={-1} className={styles.place}>
      <Section title={t('proof')} text={t('proofText')} actions={<Downloads id={id} />}>
        <Answer query={query} skeleton={<BlockSkeleton height={360} />}>
          {({ message }) =>
            message && (
              <>
                <State state={message.seal.state} proof={message.proof} />
                {message.proof && <Proof id={id} proof={message.proof} original={original} />}
              </>
            )
          }
        </Answer>
        <Meaning />
      </Section>
    </div>
  )
}

/** Who comes by a seal comes to the proof; once more when it is there, for it was not yet that high. */
function useArrival(pending: boolean) {
  const place = useRef<HTMLDivElement>(null)
  const wanted = useLocation({ select: ({ hash }) => hash === 'proof' })
  // biome-ignore lint/correctness/useExhaustiveDependencies: again when the answer is there
  useEffect(() => {
    if (!wanted) return
    place.current?.scrollIntoView({ block: 'start' })
    place.current?.focus({ preventScroll: true })
  }, [wanted, pending])
  return place
}

function Downloads({ id }: { id: string }) {
  const { t } = useTranslation('message')
  return (
    <>
      <a className={styles.download} href={`/api/messages/${id}/proof`} download>
        <DownloadOutlined /> .tlog-proof
      </a>
      <a className={styles.download} href={`/api/messages/${id}/entry.json`} download>
        <DownloadOutlined /> {t('downloadEntry')}
      </a>
    </>
  )
}

function State({ state, proof }: { state: SealState; proof: ProofPartsFragment | null }) {
  const { t } = useTranslation(['message', 'model'])
  return (
    <div className={styles.state}>
      <SealDrawing state={state} size={48} />
      <div>
        <strong>{t(`model:seal.${state}`)}</strong>
        <p>{t(`model:seal.${state}.text`)}</p>
        {proof && (
          <p className={proof.verified ? styles.good : styles.bad}>
            {t(proof.verified ? 'message:verified' : 'message:notVerified')}
          </p>
        )}
      </div>
    </div>
  )
}

function Proof(props: { id: string; proof: ProofPartsFragment; original: Original }) {
  const { t } = useTranslation('message')
  const listed = useListed()
  const { proof } = props
  const can = useCan()
  const ledger = useQuery({ ...queryOf(LedgerDocument, {}), enabled: can('READ_LEDGER') })
  const facts: [string, ReactNode][] = [
    [t('index'), <Count key="index" value={proof.index} />],
    [t('treeSize'), <Count key="treeSize" value={proof.treeSize} />],
    [t('leaf'), <CopyText key="leaf" text={proof.leaf} label={t('leaf')} />],
  ]
  const key = ledger.data?.ledger.verifierKey
  if (key) facts.push([t('key'), <CopyText key="key" text={key} label={t('key')} />])
  return (
    <>
      {/* The check waits for the key where the viewer may see it, so that its steps never change once shown. */}
      {(ledger.data || ledger.isError || !can('READ_LEDGER')) && (
        <BrowserCheck
          id={props.id}
          proof={proof}
          originalText={props.original.text}
          verifierKey={key ?? null}
        />
      )}
      <h3 className={styles.heading}>{t('place')}</h3>
      <Facts facts={facts} />
      <h3 className={styles.heading}>{t('disclosures')}</h3>
      <p className="muted">{t('disclosuresText')}</p>
      {proof.withheld.length > 0 && (
        <p className="muted">
          {t('withheld', {
            names: listed(
              proof.withheld.map((name) =>
                t(`disclosed.${name}` as 'disclosed.from', { defaultValue: name }),
              ),
            ),
          })}
        </p>
      )}
      <Disclosures disclosures={proof.disclosures} />
      <Details title={t('checkpoint')} label={t('checkpoint')} text={proof.checkpoint} />
      <Details
        title={t('path', { count: proof.path.length })}
        label={t('pathName')}
        text={proof.path.join('\n')}
      />
      <Details title={t('entry')} label={t('entry')} text={proof.entry} />
    </>
  )
}

function Details({ title, label, text }: { title: string; label: string; text: string }) {
  return (
    <details className={styles.details}>
      <summary>{title}</summary>
      <CopyText block text={text} label={label} />
    </details>
  )
}

function Meaning() {
  const { t } = useTranslation('message')
  return (
    <div className={styles.meaning}>
      <div>
        <h3>{t('shows')}</h3>
        <p>{t('showsText')}</p>
      </div>
      <div>
        <h3>{t('showsNot')}</h3>
        <p>{t('showsNotText')}</p>
      </div>
    </div>
  )
}
