// The way from what is on the page to an evidence package of it; nothing for those who may make none.
import { FileProtectOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useCan } from '#/lib/access'

export function MakePackage(props: {
  of: { case?: string; conversation?: string; query?: string }
}) {
  const { t } = useTranslation('packages')
  const can = useCan()
  if (!can('EXPORT_EVIDENCE')) return null
  return (
    <Link to="/packages/new" search={props.of}>
      <FileProtectOutlined aria-hidden /> {t('new')}
    </Link>
  )
}
