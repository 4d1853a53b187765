// Whether somebody works here, as a word with its sign.
import { useTranslation } from 'react-i18next'
import type { StaffState } from '#/api/gen/operations'
import { Status, type Tone } from '#/ui/Status'

const TONE: Record<StaffState, Tone> = { ACTIVE: 'good', SUSPENDED: 'warn', LEFT: 'quiet' }

export function StateWord({ state }: { state: StaffState }) {
  const { t } = useTranslation('staff')
  return <Status tone={TONE[state]}>{t(`state.${state}`)}</Status>
}
