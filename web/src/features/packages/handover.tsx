// Fetching a package by a one-time link: for somebody without an account. The link's secret stands behind the `#`, which no server sees.
import { useMutation } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Door } from '#/ui/Door'
import { Field, FormFault } from '#/ui/Field'
import { useErrorText } from '#/ui/States'
import { openLink } from './saving'

export function PackageHandoverPage() {
  const { t } = useTranslation('packages')
  const errorText = useErrorText()
  const [link] = useState(() => window.location.hash.slice(1))
  const [phrase, setPhrase] = useState('')
  const open = useMutation({ mutationFn: () => openLink(link, phrase) })
  return (
    <Door title={t('handoverTitle')} text={t('handoverText')}>
      {link === '' ? (
        <FormFault>{t('handoverNoLink')}</FormFault>
      ) : open.data ? (
        <p role="status">{t('handoverDone')}</p>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            open.mutate()
          }}
        >
          {open.error && <FormFault>{errorText(open.error)}</FormFault>}
          {open.data === false && <FormFault>{t('handoverGone')}</FormFault>}
          <Field label={t('phrase')}>
            {(field) => (
              <Input.Password
                {...field}
                value={phrase}
                autoComplete="off"
                onChange={(event) => setPhrase(event.target.value)}
              />
            )}
          </Field>
          <Button type="primary" htmlType="submit" block loading={open.isPending}>
            {t('handoverOpen')}
          </Button>
        </form>
      )}
    </Door>
  )
}
