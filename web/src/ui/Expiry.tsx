// Until when a token is good: pointed out when that is soon.
import { useTranslation } from 'react-i18next'
import { Status } from './Status'
import { Time } from './Time'

/** From how long before its end an expiry is pointed out, in milliseconds. */
const SOON_MS = 14 * 86_400_000

export function Expiry({ at }: { at: string }) {
  const { t } = useTranslation('account')
  const left = Date.parse(at) - Date.now()
  if (left <= 0) return <Status tone="quiet">{t('expired')}</Status>
  const day = <Time at={at} form="day" />
  return left < SOON_MS ? <Status tone="warn">{day}</Status> : day
}
