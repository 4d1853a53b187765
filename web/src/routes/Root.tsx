// Everything that stands around the router: query client, antd's settings, theme and language.
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { App, ConfigProvider } from 'antd'
import type { Locale } from 'antd/es/locale'
import zhCN from 'antd/locale/zh_CN'
import { useEffect, useLayoutEffect, useState } from 'react'
import type { Language } from '#/lib/format'
import { useDark, usePreferences, useStill } from '#/lib/preferences'
import { queryClient } from '#/lib/query'
import { setLanguage } from '#/locales'
import { antdTheme, applyPalette } from '#/ui/theme'
import { router } from './router'

export function Root({ nonce }: { nonce?: string }) {
  const dark = useDark()
  const still = useStill()
  const { language } = usePreferences()
  const locale = useLocale(language)
  useLayoutEffect(() => applyPalette(dark), [dark])
  return (
    <ConfigProvider
      theme={antdTheme(dark, still)}
      locale={locale}
      button={{ autoInsertSpace: false }}
      {...(nonce ? { csp: { nonce } } : {})}
    >
      <App component={false} message={{ maxCount: 3 }}>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </App>
    </ConfigProvider>
  )
}

/** antd's own words follow the language; English ones are fetched when they are first wanted. */
function useLocale(language: Language): Locale {
  const [locale, setLocale] = useState<Locale>(zhCN)
  useEffect(() => {
    let left = false
    const wanted =
      language === 'en' ? import('antd/locale/en_US').then((m) => m.default) : Promise.resolve(zhCN)
    void Promise.all([wanted, setLanguage(language)]).then(([next]) => {
      if (!left) setLocale(next)
    })
    return () => {
      left = true
    }
  }, [language])
  return locale
}
