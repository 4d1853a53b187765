// How a package stands, as a word with a sign, and how far it is.
import { useTranslation } from 'react-i18next'
import type { PackageState } from '#/api/gen/operations'
import { Progress } from '#/ui/Progress'
import { Status, type Tone } from '#/ui/Status'

const TONE: Record<PackageState, Tone> = {
  ASKED: 'busy',
  BUILDING: 'busy',
  READY: 'good',
  FAILED: 'bad',
  CANCELLED: 'quiet',
  EXPIRED: 'quiet',
}

/** Whether it is on its way. */
export function isOpen(state: PackageState | undefined): boolean {
  return state === 'ASKED' || state === 'BUILDING'
}

export function PackageStateWord({ state }: { state: PackageState }) {
  const { t } = useTranslation('packages')
  return <Status tone={TONE[state]}>{t(`state.${state}`)}</Status>
}

/** The part of the records that are in; null while nobody knows how many there will be. */
export function partOf(built: number | null, records: number): number | null {
  return built === null || records === 0 ? null : built / records
}

export function PackageProgress(props: { built: number | null; records: number }) {
  const { t } = useTranslation('packages')
  const part = partOf(props.built, props.records)
  return (
    <>
      <Progress label={t('progress')} part={part} />
      {part !== null && <p>{t('progressText', props)}</p>}
    </>
  )
}
