// The rule for owners who change: whether the next one sees what was before.
import { useMutation, useQuery } from '@tanstack/react-query'
import { App, Radio } from 'antd'
import { useTranslation } from 'react-i18next'
import { HistoryDocument, SetSuccessorSeesHistoryDocument } from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { forget, queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { Section } from '#/ui/Page'
import { BlockSkeleton, useErrorText } from '#/ui/States'
import styles from './departments.module.css'

export function HistoryRule() {
  const { t } = useTranslation('departments')
  const { message } = App.useApp()
  const errorText = useErrorText()
  const save = useMutation({
    mutationFn: (sees: boolean) => request(SetSuccessorSeesHistoryDocument, { input: { sees } }),
    onSuccess: () => {
      void message.success(t('historySaved'))
      return forget(HistoryDocument)
    },
    onError: (error) => void message.error(errorText(error)),
  })
  return (
    <Section title={t('history')} text={t('historyText')}>
      <Answer
        query={useQuery(queryOf(HistoryDocument, {}))}
        skeleton={<BlockSkeleton height={60} />}
      >
        {({ successorSeesHistory }) => (
          <Radio.Group
            className={styles.rule ?? ''}
            aria-label={t('history')}
            disabled={save.isPending}
            value={successorSeesHistory}
            onChange={(event) => save.mutate(event.target.value === true)}
          >
            <Radio value={true}>
              {t('historyWhole')}
              <small>{t('historyWholeText')}</small>
            </Radio>
            <Radio value={false}>
              {t('historyOwn')}
              <small>{t('historyOwnText')}</small>
            </Radio>
          </Radio.Group>
        )}
      </Answer>
    </Section>
  )
}
