// The sheet itself, as it is printed.

import { useTranslation } from 'react-i18next'
import { useListed } from '#/ui/listed'
import { Time } from '#/ui/Time'
import type { Form, FormCustomer } from './form'
import styles from './form.module.css'

export function Sheet({ form, customers }: { form: Form; customers: FormCustomer[] }) {
  const { t } = useTranslation('handovers')
  return (
    <article className={styles.sheet} aria-label={t('formTitle')}>
      <h2>{t('formTitle')}</h2>
      {form.company && <p className={styles.company}>{form.company}</p>}
      <dl className={styles.people}>
        <PersonLine label={t('leaver')} person={form.leaver} />
        <PersonLine label={t('successor')} person={form.successor} />
        <div>
          <dt>{t('date')}</dt>
          <dd>
            <Time at={form.madeAt} form="day" />
          </dd>
        </div>
      </dl>
      <h3>{t('customersTitle', { count: form.customers.totalCount })}</h3>
      <Customers customers={customers} />
      <h3>{t('items')}</h3>
      <Items items={form.items} />
      <h3>{t('remarks')}</h3>
      <p className={styles.remarks}>{form.remarks || t('nothing')}</p>
      <Signatures form={form} />
      <p className={styles.digest}>
        SHA-256 <code>{form.digest}</code>
      </p>
    </article>
  )
}

function PersonLine({ label, person }: { label: string; person: Form['leaver'] }) {
  const listed = useListed()
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {person.name} <span className="muted">{person.channelId}</span> {listed(person.departments)}
      </dd>
    </div>
  )
}

function Customers({ customers }: { customers: FormCustomer[] }) {
  const { t } = useTranslation('handovers')
  return (
    <div className={styles.scroll}>
      <table className={styles.table} aria-label={t('customersOfForm')}>
        <thead>
          <tr>
            <th scope="col">{t('customer')}</th>
            <th scope="col">{t('channelIds')}</th>
            <th scope="col">{t('lastContact')}</th>
            <th scope="col" className={styles.figures}>
              {t('conversations')}
            </th>
            <th scope="col" className={styles.figures}>
              {t('messages')}
            </th>
          </tr>
        </thead>
        <tbody>
          {customers.map((customer) => (
            <tr key={customer.id}>
              <td>
                {customer.name}
                {customer.company && <div className="muted">{customer.company}</div>}
              </td>
              <td>
                <code>{customer.channelIds.join(' ')}</code>
              </td>
              <td>
                {customer.lastContactAt ? <Time at={customer.lastContactAt} form="day" /> : '—'}
              </td>
              <td className={styles.figures}>{customer.conversations}</td>
              <td className={styles.figures}>{customer.messages}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Items({ items }: { items: Form['items'] }) {
  const { t } = useTranslation('handovers')
  if (items.length === 0) return <p className={styles.remarks}>{t('nothing')}</p>
  return (
    <div className={styles.scroll}>
      <table className={styles.table} aria-label={t('items')}>
        <thead>
          <tr>
            <th scope="col">{t('itemKind')}</th>
            <th scope="col">{t('customer')}</th>
            <th scope="col">{t('itemText')}</th>
            <th scope="col">{t('due')}</th>
            <th scope="col">{t('state')}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
            <tr key={at}>
              <td>{t(`kind.${item.kind}`)}</td>
              <td>{item.customerName ?? '—'}</td>
              <td>{item.text}</td>
              <td className="figures">{item.due ?? '—'}</td>
              <td>{t(item.done ? 'isDone' : 'isOpen')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Signatures({ form }: { form: Form }) {
  const { t } = useTranslation('handovers')
  const giving = form.signatures.find((one) => one.signedAs !== 'SUCCESSOR')
  const taking = form.signatures.find((one) => one.signedAs === 'SUCCESSOR')
  const line = (label: string, signature: Form['signatures'][number] | undefined) => (
    <div>
      <dt>{label}</dt>
      <dd>
        {signature ? (
          <>
            {signature.name} <Time at={signature.at} form="full" />
            {signature.reason && <div>{t('witnessReason', { reason: signature.reason })}</div>}
          </>
        ) : (
          <span className="muted">{t('unsigned')}</span>
        )}
      </dd>
    </div>
  )
  return (
    <dl className={styles.signatures} aria-label={t('signatures')}>
      {line(t(giving?.signedAs === 'WITNESS' ? 'as.WITNESS' : 'as.LEAVER'), giving)}
      {line(t('as.SUCCESSOR'), taking)}
    </dl>
  )
}
