// The page of the address, where the viewer may see it; a plain word where not.
import { useMatches } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useCan } from '#/lib/access'
import { useTitle } from '#/ui/Page'
import { EmptyState } from '#/ui/States'
import { Marked } from './Marked'

export function Permitted() {
  const can = useCan()
  const permitted = useMatches({
    select: (matches) =>
      matches.every(
        ({ staticData: { needs, needsAll } }) =>
          (!needs || needs.some(can)) && (!needsAll || needsAll.every(can)),
      ),
  })
  return permitted ? <Marked /> : <NotPermitted />
}

function NotPermitted() {
  const { t } = useTranslation('shell')
  useTitle(t('forbidden.title'))
  return <EmptyState page title={t('forbidden.title')} text={t('forbidden.text')} />
}
