// The certificates that seal packages and have sealed, and for those who operate the archive the ways to change them.
import { useMutation, useQuery } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  RetireSealKeyDocument,
  type SealKeyPartsFragment,
  SealKeysDocument,
} from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { request } from '#/lib/graphql'
import { forget, queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { CopyText } from '#/ui/CopyText'
import { Facts, Section } from '#/ui/Page'
import { BlockSkeleton, useErrorText } from '#/ui/States'
import { Status } from '#/ui/Status'
import { Table } from '#/ui/Table'
import { Time } from '#/ui/Time'
import styles from './evidence.module.css'
import { ImportKey, MakeKey } from './KeyForms'

export function SealKeys() {
  const { t } = useTranslation('evidence')
  const can = useCan()
  const [open, setOpen] = useState<'import' | 'make' | null>(null)
  const close = () => setOpen(null)
  return (
    <Answer query={useQuery(queryOf(SealKeysDocument, {}))} skeleton={<BlockSkeleton height={320} />}>
      {({ sealKeys }) => (
        <>
          <Section
            title={t('sealing')}
            text={t('sealingText')}
            actions={
              can('OPERATE') && (
                <>
                  <Button onClick={() => setOpen('make')}>{t('make')}</Button>
                  <Button type="primary" onClick={() => setOpen('import')}>
                    {t('import')}
                  </Button>
                </>
              )
            }
          >
            {sealKeys
              .filter((key) => key.until === null)
              .map((key) => (
                <Current key={key.number} seal={key} />
              ))}
          </Section>
          <Former keys={sealKeys.filter((key) => key.until !== null)} />
          {open === 'import' && <ImportKey onClose={close} />}
          {open === 'make' && <MakeKey onClose={close} />}
        </>
      )}
    </Answer>
  )
}

function Current({ seal }: { seal: SealKeyPartsFragment }) {
  const { t } = useTranslation('evidence')
  return (
    <div className={styles.key}>
      <h3>{t(`kind.${seal.kind}`)}</h3>
      <Facts
        facts={[
          [t('subject'), seal.subject],
          [
            t('issuer'),
            seal.selfSigned ? (
              <Status key="issuer" tone="warn">
                {t('selfSigned')}
              </Status>
            ) : (
              seal.issuer
            ),
          ],
          [
            t('fingerprint'),
            <CopyText key="print" text={seal.fingerprint} label={t('fingerprint')} />,
          ],
          [
            t('valid'),
            <span key="valid">
              <Time at={seal.notBefore} form="day" /> – <Time at={seal.notAfter} form="day" />
            </span>,
          ],
          [t('since'), <Time key="since" at={seal.since} />],
        ]}
      />
      {seal.kind === 'SM2' && <Retire />}
    </div>
  )
}

function Retire() {
  const { t } = useTranslation('evidence')
  const { message, modal } = App.useApp()
  const errorText = useErrorText()
  const can = useCan()
  const retire = useMutation({
    mutationFn: () => request(RetireSealKeyDocument, { input: { kind: 'SM2' } }),
    onSuccess: () => {
      void message.success(t('retired'))
      return forget(SealKeysDocument)
    },
    onError: (error) => void message.error(errorText(error)),
  })
  if (!can('OPERATE')) return null
  return (
    <Button
      danger
      loading={retire.isPending}
      onClick={() =>
        void modal.confirm({
          title: t('retireTitle'),
          content: t('retireText'),
          okText: t('retire'),
          cancelText: t('cancel'),
          okButtonProps: { danger: true },
          onOk: () => retire.mutate(),
        })
      }
    >
      {t('retire')}
    </Button>
  )
}

function Former({ keys }: { keys: SealKeyPartsFragment[] }) {
  const { t } = useTranslation('evidence')
  if (keys.length === 0) return null
  return (
    <Section title={t('former')} text={t('formerText')} flush>
      <Table
        label={t('former')}
        rows={keys}
        rowKey={(key) => key.number}
        columns={[
          { key: 'subject', title: t('subject'), render: (key) => key.subject },
          {
            key: 'print',
            title: t('fingerprint'),
            wide: true,
            render: (key) => <CopyText text={key.fingerprint} label={t('fingerprint')} />,
          },
          {
            key: 'until',
            title: t('until'),
            render: (key) => key.until && <Time at={key.until} />,
          },
        ]}
      />
    </Section>
  )
}
