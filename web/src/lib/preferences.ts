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

/** A media query as a store that hooks can follow. */
function media(query: string) {
  return {
    subscribe: (listener: () => void): (() => void) => {
      const list = window.matchMedia(query)
      list.addEventListener('change', listener)
      return () => list.removeEventListener('change', listener)
    },
    holds: (): boolean => window.matchMedia(query).matches,
  }
}

const DARK = media('(prefers-color-scheme: dark)')
const STILL = media('(prefers-reduced-motion: reduce)')

/** Whether the page is dark now: by choice, or as the system says. */
export function useDark(): boolean {
  const system = useSyncExternalStore(DARK.subscribe, DARK.holds)
  const { theme } = usePreferences()
  return theme === 'system' ? system : theme === 'dark'
}

/** Whether the viewer asked the system for less motion. */
export function useStill(): boolean {
  return useSyncExternalStore(STILL.subscribe, STILL.holds)
}
