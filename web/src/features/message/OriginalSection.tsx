// The original as it was received: where it came from, its bytes, its digest, and a way to take it along.
import { DownloadOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { Fragment, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MessageQuery } from '#/api/gen/operations'
import { formatCount } from '#/lib/format'
import { usePreferences } from '#/lib/preferences'
import { CopyText } from '#/ui/CopyText'
import { Facts, Section } from '#/ui/Page'
import { Segments } from '#/ui/Segments'
import { layOut } from './json'
import styles from './OriginalSection.module.css'

type Message = NonNullable<MessageQuery['message']>

export function OriginalSection({ message }: { message: Message }) {
  const { t } = useTranslation('message')
  const { language } = usePreferences()
  const { original } = message
  const facts: [string, ReactNode][] = [
    [t('format'), <code key="format">{original.format}</code>],
    [t('via'), <Via key="via" original={original} />],
    [t('account'), <code key="account">{original.account}</code>],
  ]
  if (original.sha256 !== null) {
    facts.unshift(['SHA-256', <CopyText key="sha256" text={original.sha256} label="SHA-256" />])
  }
  if (original.size !== null) {
    const figure = formatCount(original.size, language)
    facts.unshift([t('size'), t('bytes', { count: original.size, figure })])
  }
  if (original.sourceId !== null) {
    facts.push([
      t('sourceId'),
      <CopyText key="sourceId" text={original.sourceId} label={t('sourceId')} />,
    ])
  }
  if (original.cursor !== null) {
    facts.push([t('cursor'), <code key="cursor">{original.cursor}</code>])
  }
  return (
    <Section
      title={t('original')}
      text={t('originalText')}
      actions={
        original.withheld ? null : (
          <a className={styles.download} href={`/api/messages/${message.id}/original`} download>
            <DownloadOutlined /> {t('downloadOriginal')}
          </a>
        )
      }
    >
      <Facts facts={facts} />
      {original.withheld ? (
        <p className={styles.note}>{t('originalWithheld')}</p>
      ) : (
        <Text text={original.text} />
      )}
    </Section>
  )
}

function Via({ original }: { original: Message['original'] }) {
  const { t } = useTranslation('message')
  return (
    <Fragment>
      {t(`via.${original.via}` as 'via.import', { defaultValue: original.via })}
      {original.import && (
        <>
          {' · '}
          <Link to="/imports/$id" params={{ id: original.import.id }}>
            {original.import.fileName}
          </Link>
        </>
      )}
    </Fragment>
  )
}

/** The bytes as text: laid out for reading, or exactly as they came. */
function Text({ text }: { text: string | null }) {
  const { t } = useTranslation('message')
  const [form, setForm] = useState<'pretty' | 'exact'>('pretty')
  if (text === null) return <p className={styles.note}>{t('notText')}</p>
  const pretty = layOut(text)
  const shown = form === 'pretty' && pretty !== null ? pretty : text
  return (
    <div className={styles.text}>
      {pretty !== null && (
        <Segments
          label={t('view')}
          value={form}
          options={[
            { value: 'pretty', label: t('pretty') },
            { value: 'exact', label: t('exact') },
          ]}
          onChange={setForm}
        />
      )}
      <CopyText block text={shown} label={t('original')} />
    </div>
  )
}
