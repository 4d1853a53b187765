// Whose the customer is and was, and giving it to somebody else.
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { App, Button, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  ChangeCustomerOwnerDocument,
  CustomerConversationsDocument,
  CustomerDocument,
  type CustomerQuery,
  CustomersDocument,
  OwnerRuleDocument,
} from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { request } from '#/lib/graphql'
import { forget, queryOf } from '#/lib/query'
import { Field, FormFault } from '#/ui/Field'
import { Section } from '#/ui/Page'
import { type Picked, StaffPicker } from '#/ui/PeoplePicker'
import { useErrorText } from '#/ui/States'
import { Status } from '#/ui/Status'
import { Time } from '#/ui/Time'
import styles from './owner.module.css'

type Customer = NonNullable<CustomerQuery['customer']>

export function Owner({ customer }: { customer: Customer }) {
  const { t } = useTranslation('customers')
  const may = useCan()('MANAGE_PEOPLE')
  const [giving, setGiving] = useState(false)
  const { owner, owners } = customer
  return (
    <Section
      title={t('owner')}
      text={t('ownerText')}
      actions={
        may && (
          <Button size="small" onClick={() => setGiving(true)}>
            {t('changeOwner')}
          </Button>
        )
      }
    >
      <p className={styles.present}>
        {owner ? (
          <>
            <Link to="/staff/$id" params={{ id: owner.id }}>
              {owner.name}
            </Link>
            {owner.state !== 'ACTIVE' && <Status tone="warn">{t(`ownerIs.${owner.state}`)}</Status>}
          </>
        ) : (
          <Status tone="warn">{t('nobodys')}</Status>
        )}
      </p>
      {owners.length > 1 && (
        <ol className={styles.history} aria-label={t('owners')}>
          {owners.toReversed().map((tenure, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a history only grows at its end
            <li key={owners.length - i}>
              <span>{tenure.owner?.name ?? t('nobodys')}</span>
              <span className="muted">
                {tenure.since ? (
                  <>
                    {t('since')} <Time at={tenure.since} />
                  </>
                ) : (
                  t('firstOwner')
                )}
              </span>
            </li>
          ))}
        </ol>
      )}
      {giving && <OwnerForm customer={customer} onClose={() => setGiving(false)} />}
    </Section>
  )
}

function OwnerForm({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const { t } = useTranslation('customers')
  const { message } = App.useApp()
  const errorText = useErrorText()
  const [chosen, setChosen] = useState<Picked | null>(null)
  const whole = useQuery(queryOf(OwnerRuleDocument, {})).data?.successorSeesHistory
  const give = useMutation({
    mutationFn: (owner: string | null) =>
      request(ChangeCustomerOwnerDocument, { input: { customer: customer.id, owner } }),
    onSuccess: async ({ changeCustomerOwner: { refusal } }) => {
      if (refusal) return
      void message.success(chosen ? t('given', { name: chosen.label }) : t('givenToNobody'))
      onClose()
      await forget(CustomerDocument, CustomersDocument, CustomerConversationsDocument)
    },
  })
  const refusal = give.data?.changeCustomerOwner.refusal
  return (
    <Modal
      open
      title={t('changeOwnerOf', { name: customer.name })}
      onCancel={onClose}
      footer={null}
      width={480}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (chosen) give.mutate(chosen.value)
        }}
      >
        {give.error && <FormFault>{errorText(give.error)}</FormFault>}
        <Field label={t('newOwner')} error={refusal ? t(`refusal.${refusal}`) : null}>
          {(field) => <StaffPicker active field={field} value={chosen} onChange={setChosen} />}
        </Field>
        <ul className={styles.words}>
          <li>{t('ownerLoses', { name: customer.owner?.name ?? t('nobodys') })}</li>
          {whole !== undefined && <li>{t(whole ? 'successorWhole' : 'successorOwn')}</li>}
          <li>{t('ownerGroups')}</li>
        </ul>
        <div className={styles.submit}>
          {customer.owner && (
            <Button loading={give.isPending} onClick={() => give.mutate(null)}>
              {t('giveToNobody')}
            </Button>
          )}
          <Button
            type="primary"
            htmlType="submit"
            loading={give.isPending}
            disabled={chosen === null}
          >
            {t('give')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
