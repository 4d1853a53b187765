// Events that stand between messages as a sentence: recalls, consent, a switch of company.
import { useTranslation } from 'react-i18next'
import type { MessageKind } from '#/api/gen/operations'

const NOTICES = ['RECALL', 'AGREE', 'DISAGREE', 'SWITCH'] as const
type NoticeKind = (typeof NOTICES)[number]

/** Whether messages of a kind are events that are told in a sentence. */
export function isNotice(kind: MessageKind): kind is NoticeKind {
  return (NOTICES as readonly MessageKind[]).includes(kind)
}

export function NoticeText({ kind, name }: { kind: NoticeKind; name: string | undefined }) {
  const { t } = useTranslation('body')
  return t(`notice.${kind}`, { name: name ?? t('somebody') })
}
