// Checking a package from anywhere: the file goes to the server, which looks at nothing but the file.
import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '#/lib/graphql'
import { FormFault } from '#/ui/Field'
import { PageHeader, Section } from '#/ui/Page'
import { Progress } from '#/ui/Progress'
import { useErrorText } from '#/ui/States'
import { type Check, VerdictTable } from './Verdict'

async function check(file: File): Promise<{ ok: boolean; checks: Check[] }> {
  const response = await fetch('/api/packages/verify', {
    method: 'POST',
    headers: { 'X-Xinju-CSRF': '1', 'Content-Type': 'application/zip' },
    body: file,
  }).catch(() => null)
  if (!response) throw new ApiError('NETWORK', 'the file could not be sent')
  if (!response.ok) throw new ApiError('PROTOCOL', `status ${response.status}`)
  return response.json()
}

export function VerifyPackagePage() {
  const { t } = useTranslation('packages')
  const errorText = useErrorText()
  const input = useRef<HTMLInputElement>(null)
  const verify = useMutation({ mutationFn: check })
  return (
    <>
      <PageHeader title={t('verifyTitle')} text={t('verifyText')} />
      <Section>
        <input
          ref={input}
          type="file"
          accept=".zip"
          hidden
          aria-label={t('choose')}
          onChange={(event) => {
            const file = event.target.files?.[0]
            if (file) verify.mutate(file)
          }}
        />
        <Button type="primary" loading={verify.isPending} onClick={() => input.current?.click()}>
          {t('choose')}
        </Button>
        {verify.isPending && <Progress label={t('checking')} part={null} />}
        {verify.error && <FormFault>{errorText(verify.error)}</FormFault>}
      </Section>
      {verify.data && (
        <Section title={t('checkResult')}>
          <VerdictTable {...verify.data} />
        </Section>
      )}
    </>
  )
}
