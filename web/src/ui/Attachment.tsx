// A file of a message: exact facts, and the file itself where it arrived.
import {
  FileOutlined,
  FilePdfOutlined,
  PictureOutlined,
  PlayCircleOutlined,
  SmileOutlined,
  SoundOutlined,
} from '@ant-design/icons'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { AttachmentPartsFragment, MessageKind } from '#/api/gen/operations'
import { formatSeconds } from '#/lib/format'
import styles from './Attachment.module.css'
import { AttachmentMedia } from './AttachmentMedia'
import { Bytes } from './Figures'
import { MaskedText } from './Masked'

const ICON: Partial<Record<MessageKind, ReactNode>> = {
  IMAGE: <PictureOutlined />,
  VOICE: <SoundOutlined />,
  VIDEO: <PlayCircleOutlined />,
  EMOTION: <SmileOutlined />,
}

export function Attachment({
  attachment,
  item,
  number,
  whole,
}: {
  attachment: AttachmentPartsFragment
  /** Which part of the message it belongs to, and which of its files it is. */
  item: number | null
  number: number
  /** With the digest of the file, for pages that show one message. */
  whole: boolean
}) {
  const { t } = useTranslation(['body', 'model'])
  const { kind, name, size, md5, seconds, width, height, state, file } = attachment
  const icon = ICON[kind] ?? (name?.endsWith('.pdf') ? <FilePdfOutlined /> : <FileOutlined />)
  const facts: [string, ReactNode][] = []
  if (name !== null) facts.push(['kind', t(`model:kind.${kind}`)])
  if (seconds !== null) facts.push(['seconds', formatSeconds(seconds)])
  if (size !== null) facts.push(['size', <Bytes key="size" value={size} />])
  if (width !== null && height !== null) facts.push(['pixels', `${width} × ${height}`])
  return (
    <div className={styles.file}>
      <span className={styles.icon} aria-hidden="true">
        {icon}
      </span>
      <div className={styles.words}>
        <div className={styles.name}>
          {name === null ? (
            t(`model:kind.${kind}`)
          ) : (
            <MaskedText text={name} part="ATTACHMENT" item={item} number={number} />
          )}
        </div>
        {facts.length > 0 && (
          <div className={styles.facts}>
            {facts.map(([key, fact]) => (
              <span key={key}>{fact}</span>
            ))}
          </div>
        )}
        {md5 && !file && (
          <div className={styles.md5} title={t('body:md5Text')}>
            MD5 <code>{md5}</code>
          </div>
        )}
        {file && whole && (
          <div className={styles.md5} title={t('body:sha256Text')}>
            SHA-256 <code>{file.sha256}</code>
          </div>
        )}
        {file ? (
          <AttachmentMedia attachment={{ ...attachment, file }} label={t(`model:kind.${kind}`)} />
        ) : (
          state !== 'ARRIVED' && <p className={styles.state}>{t(`body:file.${state}`)}</p>
        )}
      </div>
    </div>
  )
}
