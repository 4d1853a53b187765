// Before whom a case is, in words; abroad it says whether the authorities approved.
import { useTranslation } from 'react-i18next'
import type { ForumPartsFragment } from '#/api/gen/operations'
import { Status } from '#/ui/Status'

export function ForumWords({ forum }: { forum: ForumPartsFragment }) {
  const { t } = useTranslation('cases')
  return (
    <>
      {forum.name
        ? `${forum.name} · ${t(`forumKind.${forum.kind}`)}`
        : t(`forumKind.${forum.kind}`)}
      {forum.abroad && (
        <div>
          {forum.approvalNumber ? (
            <Status tone="good">{t('abroadWith', { number: forum.approvalNumber })}</Status>
          ) : (
            <Status tone="warn">{t('approvalMissing')}</Status>
          )}
        </div>
      )}
    </>
  )
}
