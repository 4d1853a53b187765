// The way from a thing to the events of those who looked at it, for whoever may read the audit trail.
import { EyeOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

export function WhoLooked(props: {
  /** The id of a customer or a conversation. */
  subject: string
  className?: string | undefined
  /** The icon alone; the words are for screen readers. */
  quiet?: boolean
}) {
  const { t } = useTranslation('common')
  const words = t('whoLooked')
  return (
    <Link
      to="/audit"
      search={{ subject: props.subject, group: 'looks' }}
      className={props.className}
      {...(props.quiet ? { 'aria-label': words, title: words } : {})}
    >
      <EyeOutlined /> {!props.quiet && words}
    </Link>
  )
}
