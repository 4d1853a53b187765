// The table of keys that `?` shows.
import { Modal } from 'antd'
import { useTranslation } from 'react-i18next'
import { KeyHint } from '#/ui/KeyHint'
import styles from './KeysHelp.module.css'

const KEYS = [
  ['/', 'search'],
  ['j', 'next'],
  ['k', 'previous'],
  ['Enter', 'open'],
  ['Esc', 'back'],
  ['o', 'overview'],
  ['c', 'conversations'],
  ['?', 'help'],
] as const

export function KeysHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('shell')
  return (
    <Modal open={open} onCancel={onClose} title={t('keys')} footer={null} width={400}>
      <dl className={styles.keys}>
        {KEYS.map(([key, text]) => (
          <div key={key}>
            <dt>
              <KeyHint keys={key} />
            </dt>
            <dd>{t(`key.${text}`)}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  )
}
