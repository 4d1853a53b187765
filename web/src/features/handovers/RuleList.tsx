// The rules of a handover in order: the first that fits a customer counts.
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { NAME_CHARS_MAX } from '#/lib/limits'
import styles from './handovers.module.css'
import { PeopleSelect } from './PersonSelect'
import type { Rule } from './rules'

export function RuleList(props: {
  leaver: string
  rules: Rule[]
  onChange: (rules: Rule[]) => void
}) {
  const { t } = useTranslation('handovers')
  const { rules, onChange } = props
  const put = (at: number, change: Partial<Rule>) =>
    onChange(rules.map((rule, place) => (place === at ? { ...rule, ...change } : rule)))
  const add = () => onChange([...rules, { which: 'REST', customers: [], tag: '', successors: [] }])
  return (
    <>
      {rules.length === 0 && <p className={styles.lead}>{t('noRules')}</p>}
      <ol className={styles.rules}>
        {rules.map((rule, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a rule is its place
          <li key={at} className={styles.rule}>
            <WhichCustomers rule={rule} number={at + 1} onChange={(change) => put(at, change)} />
            <PeopleSelect
              label={t('successorsOfRule', { number: at + 1 })}
              leaver={props.leaver}
              value={rule.successors}
              onChange={(successors) => put(at, { successors })}
            />
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={t('removeRule', { number: at + 1 })}
              onClick={() => onChange(rules.filter((_, place) => place !== at))}
            />
          </li>
        ))}
      </ol>
      <Button icon={<PlusOutlined />} onClick={add}>
        {t('addRule')}
      </Button>
    </>
  )
}

function WhichCustomers(props: {
  rule: Rule
  number: number
  onChange: (change: Partial<Rule>) => void
}) {
  const { t } = useTranslation('handovers')
  const { rule, number, onChange } = props
  if (rule.which === 'NAMED')
    return <span>{t('which.NAMED', { count: rule.customers.length })}</span>
  return (
    <div className={styles.which}>
      <Select
        value={rule.which}
        aria-label={t('whichOfRule', { number })}
        options={[
          { value: 'REST' as const, label: t('which.REST') },
          { value: 'TAGGED' as const, label: t('which.TAGGED') },
        ]}
        onChange={(which) => onChange({ which })}
      />
      {rule.which === 'TAGGED' && (
        <Input
          value={rule.tag}
          maxLength={NAME_CHARS_MAX}
          placeholder={t('tag')}
          aria-label={t('tagOfRule', { number })}
          onChange={(event) => onChange({ tag: event.target.value })}
        />
      )}
    </div>
  )
}
