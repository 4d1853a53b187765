// The frame that signed-in viewers work in: navigation at the side, search and state above, the page in the middle.
import { MenuOutlined } from '@ant-design/icons'
import { Link, useLocation, useNavigate, useRouter } from '@tanstack/react-router'
import { Button, Drawer } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useKeys } from '#/lib/keys'
import { AskApproval } from '#/ui/AskApproval'
import { ConfirmDialog } from '#/ui/ConfirmDialog'
import { Wordmark } from '#/ui/Wordmark'
import { ApprovalsReminder } from './Approvals'
import { KeysHelp } from './KeysHelp'
import { LedgerChip } from './LedgerChip'
import { Nav } from './Nav'
import { Permitted } from './Permitted'
import { SearchBox } from './SearchBox'
import styles from './Shell.module.css'
import { UserMenu } from './UserMenu'
import { useSessionEnd } from './useSessionEnd'

export function Shell() {
  const { t } = useTranslation('shell')
  const [menu, setMenu] = useState(false)
  const [help, setHelp] = useState(false)
  const { pathname } = useLocation()
  useSessionEnd()
  useShellKeys(() => setHelp(true))
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new address closes the menu
  useEffect(() => setMenu(false), [pathname])
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        {t('skip')}
      </a>
      <aside className={styles.side}>
        <Link to="/" className={styles.home}>
          <Wordmark />
        </Link>
        <Nav />
      </aside>
      <header className={styles.top}>
        <Button
          className={styles.burger ?? ''}
          type="text"
          icon={<MenuOutlined />}
          aria-label={t('menu')}
          onClick={() => setMenu(true)}
        />
        <SearchBox />
        <div className={styles.topEnd}>
          <LedgerChip />
          <UserMenu onHelp={() => setHelp(true)} />
        </div>
      </header>
      <main className={styles.main} id="main" tabIndex={-1}>
        <ApprovalsReminder />
        <Permitted />
      </main>
      <Drawer
        open={menu}
        onClose={() => setMenu(false)}
        placement="left"
        size={264}
        title={<Wordmark size={20} />}
        styles={{ body: { padding: 0 } }}
      >
        <Nav />
      </Drawer>
      <ConfirmDialog />
      <AskApproval />
      <KeysHelp open={help} onClose={() => setHelp(false)} />
    </div>
  )
}

function useShellKeys(showHelp: () => void): void {
  const navigate = useNavigate()
  const router = useRouter()
  const { pathname } = useLocation()
  const goUp = () => {
    const focused = document.activeElement
    if (focused instanceof HTMLInputElement || focused instanceof HTMLTextAreaElement) {
      focused.blur()
      return
    }
    // One level up: from one thing to the list it stands in, which the history may know better.
    if (pathname.split('/').length <= 2 || pathname.startsWith('/settings')) return
    if (router.history.canGoBack()) router.history.back()
    else void navigate({ to: `/${pathname.split('/')[1]}` })
  }
  useKeys({
    '?': showHelp,
    o: () => void navigate({ to: '/' }),
    c: () => void navigate({ to: '/conversations' }),
    Escape: goUp,
  })
}
