// Whether pages that show content carry a watermark of who looks.
import { useMutation, useQuery } from '@tanstack/react-query'
import { App, Switch } from 'antd'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import {
  PageMarkDocument,
  PagesAreMarkedDocument,
  SetPagesAreMarkedDocument,
} from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { forget, queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { FormFault } from '#/ui/Field'
import { PageHeader, Section } from '#/ui/Page'
import { BlockSkeleton, useErrorText } from '#/ui/States'
import styles from './marks.module.css'

export function MarksPage() {
  const { t } = useTranslation('marks')
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <Section>
        <Answer
          query={useQuery(queryOf(PagesAreMarkedDocument, {}))}
          skeleton={<BlockSkeleton height={80} />}
        >
          {({ pagesAreMarked }) => <MarksForm marked={pagesAreMarked} />}
        </Answer>
      </Section>
    </>
  )
}

function MarksForm({ marked }: { marked: boolean }) {
  const { t } = useTranslation('marks')
  const { message } = App.useApp()
  const errorText = useErrorText()
  const field = useId()
  const save = useMutation({
    mutationFn: (wanted: boolean) =>
      request(SetPagesAreMarkedDocument, { input: { marked: wanted } }),
    onSuccess: ({ setPagesAreMarked }) => {
      void message.success(t(setPagesAreMarked.marked ? 'turnedOn' : 'turnedOff'))
      return forget(PagesAreMarkedDocument, PageMarkDocument)
    },
  })
  return (
    <div className={styles.form}>
      {save.error && <FormFault>{errorText(save.error)}</FormFault>}
      <div className={styles.choice}>
        <Switch
          id={field}
          checked={marked}
          loading={save.isPending}
          onChange={(wanted) => save.mutate(wanted)}
        />
        <label htmlFor={field}>{t('pages')}</label>
      </div>
      <p>{t('hint')}</p>
    </div>
  )
}
