// What makes evidence stand without us: the keys that seal packages, and outsiders who stamp the ledger's heads.
import { useTranslation } from 'react-i18next'
import { useCan } from '#/lib/access'
import { PageHeader } from '#/ui/Page'
import { SealKeys } from './SealKeys'
import { Newest } from './Newest'
import { StampSettings } from './StampSettings'
import { Targets } from './Targets'

export function EvidencePage() {
  const { t } = useTranslation('evidence')
  const can = useCan()
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <SealKeys />
      {can('READ_SYSTEM') && <Targets />}
      <Newest />
      <StampSettings />
    </>
  )
}
