// What can be searched for, by examples that can be tried.
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Section } from '#/ui/Page'
import styles from './SyntaxHelp.module.css'

const EXAMPLES = [
  ['退款 酒店', 'all'],
  ['"什么时候发货"', 'phrase'],
  ['退款 OR 退货', 'any'],
  ['发票 -电子', 'not'],
  ['refund*', 'prefix'],
  ['(退款 OR 投诉) after:2025-01-01', 'group'],
  ['from:张三', 'from'],
  ['customer:李四 has:attachment', 'customer'],
  ['kind:red_packet', 'kind'],
  ['after:2025-01 before:2025-02', 'dates'],
  ['is:recalled', 'recalled'],
  ['*', 'everything'],
] as const

/** In the place of hits while nothing has been asked. */
export function SyntaxHelp() {
  const { t } = useTranslation('search')
  return (
    <Section title={t('examples')} text={t('examplesText')}>
      <SyntaxTable />
    </Section>
  )
}

export function SyntaxTable() {
  const { t } = useTranslation('search')
  return (
    <dl className={styles.examples}>
      {EXAMPLES.map(([query, key]) => (
        <div key={key}>
          <dt>
            <Link to="/search" search={{ q: query }}>
              <code>{query}</code>
            </Link>
          </dt>
          <dd>{t(`example.${key}`)}</dd>
        </div>
      ))}
    </dl>
  )
}
