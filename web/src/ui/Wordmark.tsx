// The product's name beside its seal.
import { useTranslation } from 'react-i18next'
import { SealDrawing } from './SealMark'
import styles from './Wordmark.module.css'

export function Wordmark({ size = 22 }: { size?: number }) {
  const { t } = useTranslation('common')
  return (
    <span className={styles.wordmark} style={{ fontSize: size * 0.8 }}>
      <SealDrawing state="SEALED" size={size} />
      {t('xinju')}
    </span>
  )
}
