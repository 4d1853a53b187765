// The viewer's own menu: account, theme, language, keys, the way out.
import { UserOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useRouter } from '@tanstack/react-router'
import { Button, Dropdown, type MenuProps } from 'antd'
import { useTranslation } from 'react-i18next'
import { SignOutDocument } from '#/api/gen/operations'
import { sessionQuery, useViewer } from '#/lib/access'
import type { Language } from '#/lib/format'
import { request } from '#/lib/graphql'
import { setPreferences, type ThemeChoice, usePreferences } from '#/lib/preferences'
import styles from './UserMenu.module.css'

export function UserMenu({ onHelp }: { onHelp: () => void }) {
  const { t } = useTranslation('shell')
  const viewer = useViewer()
  const { theme, language } = usePreferences()
  const navigate = useNavigate()
  const signOut = useSignOut()
  if (!viewer) return null
  const items: MenuProps['items'] = [
    { key: 'account', label: t('account') },
    { type: 'divider' },
    {
      type: 'group',
      label: t('theme'),
      children: (['light', 'dark', 'system'] as const).map((choice) => ({
        key: `theme:${choice}`,
        label: t(`theme.${choice}`),
      })),
    },
    {
      type: 'group',
      label: t('language'),
      children: [
        { key: 'language:zh-CN', label: <span lang="zh-CN">简体中文</span> },
        { key: 'language:en', label: <span lang="en">English</span> },
      ],
    },
    { type: 'divider' },
    { key: 'keys', label: t('keys') },
    { key: 'signout', label: t('signOut') },
  ]
  const choose = (key: string) => {
    const [what, value] = key.split(':')
    if (what === 'theme') setPreferences({ theme: value as ThemeChoice })
    else if (what === 'language') setPreferences({ language: value as Language })
    else if (what === 'account') void navigate({ to: '/settings/account' })
    else if (what === 'keys') onHelp()
    else signOut.mutate()
  }
  return (
    <Dropdown
      trigger={['click']}
      placement="bottomRight"
      menu={{
        items,
        selectable: true,
        selectedKeys: [`theme:${theme}`, `language:${language}`],
        onClick: ({ key }) => choose(key),
      }}
    >
      <Button type="text" icon={<UserOutlined />} aria-label={`${viewer.user.name}，${t('menu')}`}>
        <span className={styles.name}>{viewer.user.name}</span>
      </Button>
    </Dropdown>
  )
}

function useSignOut() {
  const client = useQueryClient()
  const router = useRouter()
  return useMutation({
    mutationFn: () => request(SignOutDocument, {}),
    onSettled: async () => {
      // Nothing that this viewer saw may stay in memory for the next one.
      client.clear()
      await client.ensureQueryData(sessionQuery).catch(() => undefined)
      await router.navigate({ to: '/signin', search: {} })
    },
  })
}
