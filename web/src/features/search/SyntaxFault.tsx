// A query that could not be read: the place, and what is wrong there.
import { useTranslation } from 'react-i18next'
import { usePreferences } from '#/lib/preferences'
import { cutAt } from './queryText'
import styles from './SyntaxFault.module.css'
import { SyntaxTable } from './SyntaxHelp'

export function SyntaxFault({
  query,
  fault,
}: {
  query: string
  fault: { position: number; code: string; message: string }
}) {
  const { t } = useTranslation('search')
  const { language } = usePreferences()
  const [before, at, after] = cutAt(query, fault.position)
  // The server's sentence is exact and English; ours is for those who read Chinese.
  const ours = t(`fault.${fault.code}` as 'fault.empty', { defaultValue: fault.message })
  return (
    <div className={styles.fault} role="alert">
      <p className={styles.query}>
        {before}
        <span className={styles.at}>
          {at || ' '}
          <span className={styles.caret} aria-hidden="true">
            ^
          </span>
        </span>
        {after}
      </p>
      <p className={styles.text}>
        {language === 'en' ? fault.message : ours}{' '}
        <span className="muted">{t('faultAt', { position: fault.position + 1 })}</span>
      </p>
      <SyntaxTable />
    </div>
  )
}
