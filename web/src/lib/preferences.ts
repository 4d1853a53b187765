// What this browser remembers of the viewer's taste: theme and language. Nothing else is kept here.
import { useSyncExternalStore } from 'react'
import type { Language } from './format'

export type ThemeChoice = 'light' | 'dark' | 'system'
export type Preferences = { theme: ThemeChoice; language: Language }

const KEY = 'xinju.preferences'
const FIRST: Preferences = { theme: 'system', language: 'zh-CN' }

/** Reads stored preferences; what is not understood is replaced by the default. */
export function readPreferences(text: string | null): Preferences {
  try {
    const stored = JSON.parse(text ?? '{}') as Partial<Preferences>
    return {
      theme: stored.theme === 'light' || stored.theme === 'dark' ? stored.theme : FIRST.theme,
      language: stored.language === 'en' ? 'en' : FIRST.language,
    }
  } catch {
    return FIRST
  }
}

function load(): Preferences {
  try {
    return readPreferences(window.localStorage.getItem(KEY))
  } catch {
    return FIRST
  }
}

let current = load()
const listeners = new Set<() => void>()

export function preferences(): Preferences {
  return current
}

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change }
  try {
    window.localStorage.setItem(KEY, JSON.stringify(current))
  } catch {
    // A browser that refuses storage still keeps the choice until the page is closed.
  }
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, preferences)
}

const DARK = '(prefers-color-scheme: dark)'

function subscribeDark(listener: () => void): () => void {
  const media = window.matchMedia(DARK)
  media.addEventListener('change', listener)
  return () => media.removeEventListener('change', listener)
}

/** Whether the page is dark now: by choice, or as the system says. */
export function useDark(): boolean {
  const system = useSyncExternalStore(subscribeDark, () => window.matchMedia(DARK).matches)
  const { theme } = usePreferences()
  return theme === 'system' ? system : theme === 'dark'
}
