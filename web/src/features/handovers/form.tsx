// The form of a handover (客户信息交接表) as a sheet to read, fill in, sign and print.
import { PrinterOutlined } from '@ant-design/icons'
import {
  type InfiniteData,
  type UseInfiniteQueryResult,
  useInfiniteQuery,
} from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { HandoverFormSheetDocument, type HandoverFormSheetQuery } from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { pagesOf } from '#/lib/query'
import { PageHeader } from '#/ui/Page'
import { BlockSkeleton, ErrorState, NotThere } from '#/ui/States'
import { Status } from '#/ui/Status'
import { FillIn } from './FillIn'
import styles from './form.module.css'
import { Sheet } from './Sheet'
import { Sign } from './Sign'

const PAGE_SIZE = 200

export type Form = NonNullable<HandoverFormSheetQuery['handoverForm']>
export type FormCustomer = Form['customers']['nodes'][number]

/** Every page, one after the other: a sheet that is signed or printed is whole. */
function useWhole(query: UseInfiniteQueryResult<InfiniteData<HandoverFormSheetQuery>>): boolean {
  const { hasNextPage, isFetching, isError, fetchNextPage } = query
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage()
  }, [hasNextPage, isFetching, isError, fetchNextPage])
  return !hasNextPage
}

export function HandoverFormPage() {
  const { id } = useParams({ from: '/shell/handovers/forms/$id' })
  const query = useInfiniteQuery(
    pagesOf(
      HandoverFormSheetDocument,
      { id, first: PAGE_SIZE },
      (d) => d.handoverForm?.customers.pageInfo,
    ),
  )
  const whole = useWhole(query)
  if (query.error) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (!query.data) return <BlockSkeleton height={480} />
  const form = query.data.pages[0]?.handoverForm
  if (!form) return <NotThere id={id} />
  const customers = query.data.pages.flatMap((page) => page.handoverForm?.customers.nodes ?? [])
  return <Whole key={form.digest} form={form} customers={customers} whole={whole} />
}

function Whole(props: { form: Form; customers: FormCustomer[]; whole: boolean }) {
  const { t } = useTranslation('handovers')
  const can = useCan()
  const { form, customers, whole } = props
  const [filling, setFilling] = useState(false)
  return (
    <>
      <div className={styles.screen}>
        <PageHeader
          title={t('formTitle')}
          windowTitle={t('formOf', { from: form.leaver.name, to: form.successor.name })}
          text={
            <>
              <Status tone={form.complete ? 'good' : 'warn'}>
                {t(
                  form.complete ? 'complete' : form.signatures.length > 0 ? 'waiting' : 'unsigned',
                )}
              </Status>{' '}
              {can('MANAGE_PEOPLE') && (
                <Link to="/handovers/$id" params={{ id: form.handoverId }}>
                  {t('toHandover')}
                </Link>
              )}
            </>
          }
          actions={
            <>
              {form.mayFillIn && !filling && (
                <Button onClick={() => setFilling(true)}>{t('fillIn')}</Button>
              )}
              <Button
                icon={<PrinterOutlined />}
                disabled={!whole || filling}
                onClick={() => window.print()}
              >
                {t('print')}
              </Button>
            </>
          }
        />
      </div>
      {filling ? (
        <FillIn form={form} customers={customers} onClose={() => setFilling(false)} />
      ) : (
        <>
          <Sheet form={form} customers={customers} />
          <Sign form={form} whole={whole} />
        </>
      )}
    </>
  )
}
