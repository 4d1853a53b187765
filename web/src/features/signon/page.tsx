// With which other systems people may sign in: the company's directory (LDAP) and its identity provider (OpenID Connect).
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { SignOnDocument } from '#/api/gen/operations'
import { queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { PageHeader, Section } from '#/ui/Page'
import { BlockSkeleton } from '#/ui/States'
import { DirectoryForm } from './DirectoryForm'
import { ProviderForm } from './ProviderForm'

export function SignOnPage() {
  const { t } = useTranslation('signon')
  const query = useQuery(queryOf(SignOnDocument, {}))
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <Answer query={query} skeleton={<BlockSkeleton height={520} />}>
        {({ signOn }) => (
          <>
            <Section title={t('provider')} text={t(signOn.provider ? 'on' : 'off')}>
              <ProviderForm key={String(signOn.provider !== null)} kept={signOn.provider} />
            </Section>
            <Section title={t('directory')} text={t(signOn.directory ? 'on' : 'off')}>
              <DirectoryForm key={String(signOn.directory !== null)} kept={signOn.directory} />
            </Section>
          </>
        )}
      </Answer>
    </>
  )
}
