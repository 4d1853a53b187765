// The console's words. Chinese is the source: a key that English lacks does not compile.
import i18next, { type ResourceLanguage } from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Language } from '#/lib/format'
import { zhCN } from './zh-CN'

export type Area = keyof typeof zhCN

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common'
    keySeparator: false
    nsSeparator: ':'
    returnNull: false
    resources: typeof zhCN
  }
}

/** The messages of one area in another language: every key of the source, and plural forms besides. */
export type Messages<T> = { [K in keyof T]: string } & { [K in `${string}_one`]?: string }

/** English stands in a chunk of its own, which a Chinese reader never loads. */
async function load(language: Language): Promise<void> {
  if (language === 'zh-CN' || i18next.hasResourceBundle('en', 'common')) return
  const { en } = await import('./en')
  for (const [area, messages] of Object.entries(en)) {
    i18next.addResourceBundle('en', area, messages as ResourceLanguage)
  }
}

export async function startLanguage(language: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'zh-CN',
    fallbackLng: 'zh-CN',
    resources: { 'zh-CN': zhCN },
    defaultNS: 'common',
    keySeparator: false,
    nsSeparator: ':',
    returnNull: false,
    interpolation: { escapeValue: false },
  })
  await setLanguage(language)
}

export async function setLanguage(language: Language): Promise<void> {
  await load(language)
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}
