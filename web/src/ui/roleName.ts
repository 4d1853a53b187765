// What a role is called: built-in ones in the language of the console, the company's own as it named them.
import { useTranslation } from 'react-i18next'
import type { BuiltInRole } from '#/api/gen/operations'

type Named = { name: string; builtIn?: BuiltInRole | null }

export function useRoleName(): (role: Named) => string {
  const { t } = useTranslation('model')
  return (role) => (role.builtIn ? t(`role.${role.builtIn}`) : role.name)
}
