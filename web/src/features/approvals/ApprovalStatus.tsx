// How an approval stands, in a word with its sign.
import { useTranslation } from 'react-i18next'
import type { ApprovalState } from '#/api/gen/operations'
import { Status, type Tone } from '#/ui/Status'

const TONES: Record<ApprovalState, Tone> = {
  PENDING: 'busy',
  APPROVED: 'good',
  REFUSED: 'bad',
  REVOKED: 'quiet',
  USED: 'good',
  EXPIRED: 'quiet',
}

export function ApprovalStatus({ state }: { state: ApprovalState }) {
  const { t } = useTranslation('approvals')
  return <Status tone={TONES[state]}>{t(`state.${state}`)}</Status>
}
