// The browser's own check, step by step, with its result in words.
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { OriginalBytesDocument, type ProofPartsFragment } from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { BlockSkeleton } from '#/ui/States'
import { Status, type Tone } from '#/ui/Status'
import styles from './BrowserCheck.module.css'
import { type Bytes, fromBase64, utf8 } from './bytes'
import { checkProof, type Outcome, STEPS } from './check'

const TONE: Record<Outcome, Tone> = { passed: 'good', failed: 'bad', unable: 'quiet' }

type Props = {
  id: string
  proof: ProofPartsFragment
  /** Null where the bytes are no text: then they are fetched. */
  originalText: string | null
  /** Null where the viewer may not see the ledger. */
  verifierKey: string | null
}

export function BrowserCheck(props: Props) {
  const { t } = useTranslation('message')
  // Browsers give their hash functions only to pages that came by HTTPS or from the same machine.
  const crypto = window.isSecureContext ? window.crypto.subtle : undefined
  return (
    <section className={styles.check} aria-label={t('check')}>
      <h3>{t('check')}</h3>
      {crypto ? (
        <Steps {...props} crypto={crypto} />
      ) : (
        <p className="muted">{t('checkInsecure')}</p>
      )}
    </section>
  )
}

function Steps({ id, proof, originalText, verifierKey, crypto }: Props & { crypto: SubtleCrypto }) {
  const { t } = useTranslation('message')
  const { data: steps, isError } = useQuery({
    queryKey: ['BrowserCheck', id, proof.treeSize, verifierKey],
    queryFn: async () => {
      const withheld = proof.withheld.includes('original')
      const known = originalText === null ? null : utf8(originalText)
      const original = withheld ? null : (known ?? (await bytesOf(id)))
      return checkProof({ proof, original, key: verifierKey }, crypto)
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (isError) return <p className="muted">{t('checkNoBytes')}</p>
  if (!steps) return <BlockSkeleton height={STEPS.length * 28 + 28} />
  const failed = steps.some((step) => step.outcome === 'failed')
  const whole = steps.every((step) => step.outcome === 'passed')
  return (
    <>
      <p role="status" className={styles.result}>
        <Status tone={failed ? 'bad' : whole ? 'good' : 'warn'}>
          {t(failed ? 'checkFailed' : whole ? 'checkPassed' : 'checkPartly')}
        </Status>
      </p>
      <ol className={styles.steps}>
        {steps.map(({ name, outcome }) => (
          <li key={name}>
            <span className={styles.outcome}>
              <Status tone={TONE[outcome]}>{t(`outcome.${outcome}`)}</Status>
            </span>
            <span>
              {t(`step.${name}`)}
              {outcome === 'unable' && (
                <span className="muted">
                  {' '}
                  {t(
                    name === 'original'
                      ? 'unableWithheld'
                      : verifierKey === null
                        ? 'unableKey'
                        : 'unableBrowser',
                  )}
                </span>
              )}
            </span>
          </li>
        ))}
      </ol>
    </>
  )
}

async function bytesOf(id: string): Promise<Bytes> {
  const { message } = await request(OriginalBytesDocument, { id })
  return fromBase64(message?.original.base64 ?? '')
}
