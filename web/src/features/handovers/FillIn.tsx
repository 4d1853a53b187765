// Writing on a form: open promises and tasks, and remarks.
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Button, Checkbox, Input, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FillInHandoverFormDocument, type FormItemInput } from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { FORM_ITEMS_MAX, FORM_TEXT_CHARS_MAX, NAME_CHARS_MAX } from '#/lib/limits'
import { forget } from '#/lib/query'
import { Field, FormFault } from '#/ui/Field'
import { Section } from '#/ui/Page'
import { useErrorText } from '#/ui/States'
import type { Form, FormCustomer } from './form'
import styles from './form.module.css'
import { STALE } from './Sign'

const EMPTY: FormItemInput = { kind: 'PROMISE', text: '', customerId: null, due: null, done: false }

export function FillIn(props: { form: Form; customers: FormCustomer[]; onClose: () => void }) {
  const { t } = useTranslation('handovers')
  const errorText = useErrorText()
  const { form, customers, onClose } = props
  const [company, setCompany] = useState(form.company)
  const [remarks, setRemarks] = useState(form.remarks)
  const [items, setItems] = useState<FormItemInput[]>(
    form.items.map(({ kind, text, customerId, due, done }) => ({
      kind,
      text,
      customerId,
      due,
      done,
    })),
  )
  const save = useMutation({
    mutationFn: () =>
      request(FillInHandoverFormDocument, { input: { id: form.id, company, remarks, items } }),
    onSuccess: async ({ fillInHandoverForm: { refusal } }) => {
      if (refusal) return
      await forget(...STALE)
      onClose()
    },
  })
  const refusal = save.data?.fillInHandoverForm.refusal
  const put = (at: number, change: Partial<FormItemInput>) =>
    setItems(items.map((item, place) => (place === at ? { ...item, ...change } : item)))
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <Section title={t('fillIn')}>
        {save.error && <FormFault>{errorText(save.error)}</FormFault>}
        {refusal && <FormFault>{t(`formRefusal.${refusal}`)}</FormFault>}
        <Field label={t('companyName')}>
          {(field) => (
            <Input
              {...field}
              maxLength={NAME_CHARS_MAX}
              value={company}
              onChange={(event) => setCompany(event.target.value)}
            />
          )}
        </Field>
        <h3 className={styles.itemsTitle}>{t('items')}</h3>
        <ol className={styles.items}>
          {items.map((item, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
            <li key={at}>
              <ItemFields
                number={at + 1}
                item={item}
                customers={customers}
                onChange={(change) => put(at, change)}
                onRemove={() => setItems(items.filter((_, place) => place !== at))}
              />
            </li>
          ))}
        </ol>
        <Button
          icon={<PlusOutlined />}
          disabled={items.length >= FORM_ITEMS_MAX}
          onClick={() => setItems([...items, EMPTY])}
        >
          {t('addItem')}
        </Button>
        <div className={styles.gap} />
        <Field label={t('remarks')}>
          {(field) => (
            <Input.TextArea
              {...field}
              rows={3}
              maxLength={FORM_TEXT_CHARS_MAX}
              value={remarks}
              onChange={(event) => setRemarks(event.target.value)}
            />
          )}
        </Field>
        <div className={styles.buttons}>
          <Button
            type="primary"
            htmlType="submit"
            loading={save.isPending}
            disabled={items.some((item) => item.text.trim() === '')}
          >
            {t('save')}
          </Button>
          <Button onClick={onClose}>{t('discard')}</Button>
        </div>
      </Section>
    </form>
  )
}

function ItemFields(props: {
  number: number
  item: FormItemInput
  customers: FormCustomer[]
  onChange: (change: Partial<FormItemInput>) => void
  onRemove: () => void
}) {
  const { t } = useTranslation('handovers')
  const { number, item, onChange } = props
  return (
    <div className={styles.item}>
      <Select
        value={item.kind}
        aria-label={t('kindOfItem', { number })}
        options={[
          { value: 'PROMISE' as const, label: t('kind.PROMISE') },
          { value: 'TASK' as const, label: t('kind.TASK') },
        ]}
        onChange={(kind) => onChange({ kind })}
      />
      <Select
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        value={item.customerId ?? null}
        placeholder={t('customer')}
        aria-label={t('customerOfItem', { number })}
        options={props.customers.map((one) => ({ value: one.id, label: one.name }))}
        onChange={(customerId?: string) => onChange({ customerId: customerId ?? null })}
      />
      <Input
        className={styles.itemText ?? ''}
        value={item.text}
        maxLength={FORM_TEXT_CHARS_MAX}
        placeholder={t('itemText')}
        aria-label={t('textOfItem', { number })}
        onChange={(event) => onChange({ text: event.target.value })}
      />
      <Input
        type="date"
        value={item.due ?? ''}
        aria-label={t('dueOfItem', { number })}
        onChange={(event) => onChange({ due: event.target.value || null })}
      />
      <Checkbox
        checked={item.done ?? false}
        onChange={(event) => onChange({ done: event.target.checked })}
      >
        {t('isDone')}
      </Checkbox>
      <Button
        type="text"
        icon={<DeleteOutlined />}
        aria-label={t('removeItem', { number })}
        onClick={props.onRemove}
      />
    </div>
  )
}
