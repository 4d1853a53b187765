// What is done to a step of a chain: changed, moved, removed.
import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, EditOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CaseChainDocument, LinkCaseDocument, UnlinkCaseDocument } from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { forget } from '#/lib/query'
import { useErrorText } from '#/ui/States'
import type { ChainLink } from './Chain'
import styles from './chain.module.css'
import { LinkForm } from './LinkForm'

export function LinkActs(props: { id: string; link: ChainLink; place: number; total: number }) {
  const { t } = useTranslation('cases')
  const { id, link, place, total } = props
  const { title } = link
  const [changing, setChanging] = useState(false)
  const move = useMove(id)
  const remove = useRemove(id)
  return (
    <div className={styles.acts}>
      <Button
        type="text"
        size="small"
        icon={<ArrowUpOutlined />}
        disabled={place === 0}
        aria-label={t('earlier', { title })}
        onClick={() => move({ link, place: place - 1 })}
      />
      <Button
        type="text"
        size="small"
        icon={<ArrowDownOutlined />}
        disabled={place === total - 1}
        aria-label={t('later', { title })}
        onClick={() => move({ link, place: place + 1 })}
      />
      <Button
        type="text"
        size="small"
        icon={<EditOutlined />}
        aria-label={t('changeLink', { title })}
        onClick={() => setChanging(true)}
      />
      <Button
        type="text"
        size="small"
        icon={<DeleteOutlined />}
        aria-label={t('removeLink', { title })}
        onClick={() => remove(link)}
      />
      {changing && <LinkForm id={id} now={link} onClose={() => setChanging(false)} />}
    </div>
  )
}

/** Moves a step to another place. */
function useMove(id: string): (to: { link: ChainLink; place: number }) => void {
  const { t } = useTranslation('cases')
  const { message } = App.useApp()
  const errorText = useErrorText()
  const move = useMutation({
    mutationFn: ({ link, place }: { link: ChainLink; place: number }) => {
      const { number, kind, title, at, comment } = link
      const records = link.records.map((record) => record.id)
      const input = { case: id, link: number, kind, title, at, comment, records, place }
      return request(LinkCaseDocument, { input })
    },
    onSuccess: ({ linkCase: { refusal } }) => {
      if (refusal) void message.warning(t(`chainRefusal.${refusal}`))
      return forget(CaseChainDocument)
    },
    onError: (error) => void message.error(errorText(error)),
  })
  return (to) => move.mutate(to)
}

/** Removes a step after a question. */
function useRemove(id: string): (link: ChainLink) => void {
  const { t } = useTranslation('cases')
  const { modal, message } = App.useApp()
  const errorText = useErrorText()
  const remove = useMutation({
    mutationFn: (link: number) => request(UnlinkCaseDocument, { input: { case: id, link } }),
    onSuccess: ({ unlinkCase: { refusal } }) => {
      if (refusal) void message.warning(t(`chainRefusal.${refusal}`))
      return forget(CaseChainDocument)
    },
    onError: (error) => void message.error(errorText(error)),
  })
  return (link) =>
    modal.confirm({
      title: t('removeLinkTitle', { title: link.title }),
      content: t('removeLinkText'),
      okButtonProps: { danger: true },
      onOk: () => remove.mutate(link.number),
    })
}
