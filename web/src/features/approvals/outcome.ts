// What came of a step: the words for a refusal, and what has to be asked anew.
import { useTranslation } from 'react-i18next'
import {
  ApprovalDocument,
  type ApprovalOutcomeFragment,
  ApprovalPolicyDocument,
  ApprovalsDocument,
  ApprovalsWaitingDocument,
} from '#/api/gen/operations'
import { forget } from '#/lib/query'

/** Why nothing was done. */
export function useRefusal(): (outcome: ApprovalOutcomeFragment) => string {
  const { t } = useTranslation('approvals')
  return ({ refusal, because, obstacle, state }) => {
    if (refusal === 'OBSTACLE' && obstacle) return t(`obstacle.${obstacle}`)
    if (refusal === 'WRONG_STATE' && state) return t('stands', { state: t(`state.${state}`) })
    return refusal ? t(`refusal.${refusal}`, { because: because ?? '' }) : ''
  }
}

export function useRenew(): () => Promise<unknown> {
  return () =>
    forget(ApprovalDocument, ApprovalsDocument, ApprovalsWaitingDocument, ApprovalPolicyDocument)
}
