// The one-time link to a package: making it, what became of it, taking it back.
import { useMutation } from '@tanstack/react-query'
import { Button, Input, InputNumber } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  MakePackageLinkDocument,
  PackageDocument,
  type PackagePartsFragment,
  RevokePackageLinkDocument,
} from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { forget } from '#/lib/query'
import { Field, FormFault } from '#/ui/Field'
import { Facts, Section } from '#/ui/Page'
import { useErrorText } from '#/ui/States'
import { Time } from '#/ui/Time'
import styles from './packages.module.css'

const HOURS = { usual: 72, max: 336 }

export function PackageLinkSection({ one }: { one: PackagePartsFragment }) {
  const { t } = useTranslation('packages')
  const [made, setMade] = useState<string | null>(null)
  return (
    <Section title={t('link')}>
      <p>{t('linkText')}</p>
      {made && (
        <div role="status">
          {t('linkMade')}
          <code className={styles.secret}>{`${window.location.origin}/handover#${made}`}</code>
        </div>
      )}
      {one.link ? <Present one={one} /> : <MakeLink id={one.id} onMade={setMade} />}
    </Section>
  )
}

function Present({ one }: { one: PackagePartsFragment }) {
  const { t } = useTranslation('packages')
  const errorText = useErrorText()
  const revoke = useMutation({
    mutationFn: () => request(RevokePackageLinkDocument, { input: { id: one.id } }),
    onSuccess: () => void forget(PackageDocument),
  })
  if (!one.link) return null
  const { link } = one
  return (
    <>
      <Facts
        facts={[
          [t('linkBy'), link.madeBy],
          [t('linkExpires'), <Time key="until" at={link.expiresAt} form="second" />],
          [t('linkTries'), link.triesLeft],
          [
            t('linkUsed'),
            link.usedAt ? <Time key="used" at={link.usedAt} form="second" /> : t('linkUnused'),
          ],
        ]}
      />
      {revoke.error && <FormFault>{errorText(revoke.error)}</FormFault>}
      <Button onClick={() => revoke.mutate()} loading={revoke.isPending}>
        {t('revoke')}
      </Button>
    </>
  )
}

function MakeLink({ id, onMade }: { id: string; onMade: (secret: string) => void }) {
  const { t } = useTranslation('packages')
  const errorText = useErrorText()
  const [phrase, setPhrase] = useState('')
  const [hours, setHours] = useState(HOURS.usual)
  const make = useMutation({
    mutationFn: () => request(MakePackageLinkDocument, { input: { id, phrase, hours } }),
    onSuccess: ({ makePackageLink: { secret } }) => {
      if (!secret) return
      onMade(secret)
      void forget(PackageDocument)
    },
  })
  const refusal = make.data?.makePackageLink.refusal
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        make.mutate()
      }}
    >
      {make.error && <FormFault>{errorText(make.error)}</FormFault>}
      {refusal && <FormFault>{t(`refusal.${refusal}`)}</FormFault>}
      <Field label={t('phrase')} hint={t('phraseHint')}>
        {(field) => (
          <Input.Password
            {...field}
            value={phrase}
            autoComplete="new-password"
            onChange={(event) => setPhrase(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('hours')}>
        {(field) => (
          <InputNumber
            {...field}
            min={1}
            max={HOURS.max}
            precision={0}
            value={hours}
            onChange={(value) => setHours(value ?? HOURS.usual)}
          />
        )}
      </Field>
      <div>
        <Button htmlType="submit" loading={make.isPending}>
          {t('makeLink')}
        </Button>
      </div>
    </form>
  )
}
