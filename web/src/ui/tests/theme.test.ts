import { expect, test } from 'vitest'
import { dark, light } from '../theme'

/** Relative luminance (WCAG 2.2). */
function luminance(hex: string): number {
  const part = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}

const TEXTS = ['ink', 'ink-2', 'ink-3', 'accent', 'bad', 'warn', 'good'] as const
const GROUNDS = ['paper', 'sheet', 'sunk'] as const

test.each([
  ['light', light],
  ['dark', dark],
])('every text of the %s theme can be read on every ground', (_name, palette) => {
  for (const text of TEXTS) {
    for (const ground of GROUNDS) {
      expect(
        contrast(palette[text], palette[ground]),
        `${text} on ${ground}`,
      ).toBeGreaterThanOrEqual(4.5)
    }
  }
  for (const [text, ground] of [
    ['bad', 'bad-soft'],
    ['warn', 'warn-soft'],
    ['good', 'good-soft'],
    ['accent', 'accent-soft'],
    ['on-accent', 'accent'],
    ['ink', 'mark'],
  ] as const) {
    expect(contrast(palette[text], palette[ground]), `${text} on ${ground}`).toBeGreaterThanOrEqual(
      4.5,
    )
  }
})
