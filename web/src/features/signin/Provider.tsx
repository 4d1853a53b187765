// The other way in: the company's identity provider, and what became of it.
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { providerHref } from '#/lib/signOn'
import { FormFault } from '#/ui/Field'
import styles from './signin.module.css'

const REFUSALS = ['expired', 'unavailable', 'refused', 'not_believed', 'unknown'] as const

export function ProviderButton(props: { label: string; to: string | undefined }) {
  const { t } = useTranslation('signin')
  return (
    <>
      <p className={styles.or}>{t('or')}</p>
      <Button size="large" block href={providerHref(props.to)}>
        {t('with', { name: props.label })}
      </Button>
    </>
  )
}

export function ProviderFault(props: { refusal: string; label: string | null | undefined }) {
  const { t } = useTranslation('signin')
  const refusal = REFUSALS.find((one) => one === props.refusal)
  if (!refusal) return null
  return <FormFault>{t(`refusal.${refusal}`, { name: props.label ?? t('provider') })}</FormFault>
}
