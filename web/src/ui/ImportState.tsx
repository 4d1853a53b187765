// How an import stands, as a word with a sign.
import { useTranslation } from 'react-i18next'
import type { ImportState } from '#/api/gen/operations'
import { Status } from './Status'

const TONE = { RUNNING: 'busy', DONE: 'good', FAILED: 'bad', INTERRUPTED: 'warn' } as const

export function ImportStateWord({ state }: { state: ImportState }) {
  const { t } = useTranslation('model')
  return <Status tone={TONE[state]}>{t(`import.${state}`)}</Status>
}
