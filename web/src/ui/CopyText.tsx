// A piece of text to take away: shown in full, copied by its button.
import { CheckOutlined, CopyOutlined } from '@ant-design/icons'
import { App, Button } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './CopyText.module.css'

/** How long the tick stands after copying, in milliseconds. */
const TICK_MS = 1_500

export function useCopy(): { copied: boolean; copy: (text: string) => void } {
  const { t } = useTranslation('common')
  const { message } = App.useApp()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), TICK_MS)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = (text: string) => {
    // Without HTTPS (a bare address in the company network) browsers give no clipboard.
    const written =
      navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'))
    written.then(
      () => setCopied(true),
      () => message.warning(t('copyFailed')),
    )
  }
  return { copied, copy }
}

export function CopyButton({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation('common')
  const { copied, copy } = useCopy()
  return (
    <Button
      type="text"
      size="small"
      icon={copied ? <CheckOutlined /> : <CopyOutlined />}
      aria-label={`${t('copy')} ${label}`}
      title={copied ? t('copied') : t('copy')}
      onClick={() => copy(text)}
    />
  )
}

/** `block` keeps line breaks and stands on a ground of its own. */
export function CopyText({ text, label, block }: { text: string; label: string; block?: boolean }) {
  if (!block) {
    return (
      <span className={styles.inline}>
        <code>{text}</code>
        <CopyButton text={text} label={label} />
      </span>
    )
  }
  return (
    <div className={styles.block}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section tabIndex={0} aria-label={label}>
        <pre>{text}</pre>
      </section>
      <CopyButton text={text} label={label} />
    </div>
  )
}
