// The bytes of a file that arrived: a picture that can be enlarged, a player for what browsers play, a link that saves.
import { DownloadOutlined, ZoomInOutlined } from '@ant-design/icons'
import { Modal } from 'antd'
import { createContext, useContext, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AttachmentPartsFragment } from '#/api/gen/operations'
import styles from './AttachmentMedia.module.css'

/** Who sent a message and when, for the names of its pictures. */
export const Sent = createContext('')

type Arrived = AttachmentPartsFragment & { file: NonNullable<AttachmentPartsFragment['file']> }

/** What browsers draw or play; the server shows nothing else, whatever it calls itself. */
const PICTURES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp']
const SOUNDS = ['audio/mpeg', 'audio/mp4']
const FILMS = ['video/mp4']

export function AttachmentMedia({ attachment, label }: { attachment: Arrived; label: string }) {
  const { t } = useTranslation('body')
  const sent = useContext(Sent)
  const [broken, setBroken] = useState(false)
  const { contentType, url } = attachment.file
  const name = t('fileOf', { kind: label, sent })
  const fails = () => setBroken(true)
  return (
    <div className={styles.media}>
      {broken && <p className={styles.broken}>{t('fileBroken')}</p>}
      {!broken && PICTURES.includes(contentType) && (
        <Picture attachment={attachment} name={name} onError={fails} />
      )}
      {!broken && SOUNDS.includes(contentType) && (
        // biome-ignore lint/a11y/useMediaCaption: nobody wrote down what was said
        <audio controls preload="none" src={url} aria-label={name} onError={fails} />
      )}
      {!broken && FILMS.includes(contentType) && (
        // biome-ignore lint/a11y/useMediaCaption: nobody wrote down what was said
        <video
          className={styles.film}
          controls
          preload="none"
          src={url}
          aria-label={name}
          onError={fails}
        />
      )}
      <a className={styles.save} href={url} download aria-label={t('fileSaveOf', { name })}>
        <DownloadOutlined aria-hidden="true" /> {t('fileSave')}
      </a>
    </div>
  )
}

function Picture(props: { attachment: Arrived; name: string; onError: () => void }) {
  const { t } = useTranslation('body')
  const [open, setOpen] = useState(false)
  const { attachment, name } = props
  const { width, height, file } = attachment
  return (
    <>
      <button
        type="button"
        className={styles.picture}
        aria-label={t('fileEnlarge', { name })}
        // Its place is kept before it is there, so that nothing moves below it.
        style={width && height ? { aspectRatio: `${width} / ${height}` } : undefined}
        onClick={() => setOpen(true)}
      >
        <img src={file.url} alt={name} loading="lazy" onError={props.onError} />
        <span className={styles.zoom} aria-hidden="true">
          <ZoomInOutlined />
        </span>
      </button>
      <Modal
        open={open}
        title={name}
        footer={null}
        width="min(96vw, 1200px)"
        centered
        destroyOnHidden
        onCancel={() => setOpen(false)}
      >
        <img className={styles.whole} src={file.url} alt={name} />
      </Modal>
    </>
  )
}
