// Recovery codes, shown once: to copy, or to print on a sheet of their own.
import { PrinterOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useViewer } from '#/lib/access'
import { CopyText } from '#/ui/CopyText'
import styles from './account.module.css'

export function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const { t } = useTranslation('factor')
  const { t: common } = useTranslation('common')
  const login = useViewer()?.user.login
  return (
    <>
      <p className={styles.once}>{t('codesOnce')}</p>
      <div className={styles.sheet}>
        <p className={styles.sheetTitle}>
          {common('xinju')} · {t('codesTitle')} · {login}
        </p>
        <CopyText block text={codes.join('\n')} label={t('codes')} />
      </div>
      <div className={styles.close}>
        <Button icon={<PrinterOutlined />} onClick={() => window.print()}>
          {t('print')}
        </Button>
        <Button type="primary" onClick={onDone}>
          {t('kept')}
        </Button>
      </div>
    </>
  )
}
