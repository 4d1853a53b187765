// The look, in one place: colours, type and space for our own styles (as custom properties) and for antd.
// One accent, ink blue. Red, amber and green never decorate: they say that something is wrong, doubtful or well.
import { type ThemeConfig, theme } from 'antd'

type Palette = Record<
  | 'paper'
  | 'sheet'
  | 'sunk'
  | 'ink'
  | 'ink-2'
  | 'ink-3'
  | 'line'
  | 'line-2'
  | 'accent'
  | 'on-accent'
  | 'accent-soft'
  | 'bad'
  | 'bad-soft'
  | 'warn'
  | 'warn-soft'
  | 'good'
  | 'good-soft'
  | 'mark',
  string
>

/** Every text colour reaches 4.5:1 on paper, sheet and sunk (checked by a test). */
export const light: Palette = {
  paper: '#f5f4f0',
  sheet: '#fffefc',
  sunk: '#eeece6',
  ink: '#1b2026',
  'ink-2': '#434c56',
  'ink-3': '#5e6771',
  line: '#d8d4ca',
  'line-2': '#e7e4dc',
  accent: '#1d4a78',
  'on-accent': '#ffffff',
  'accent-soft': '#e3ebf4',
  bad: '#a8201a',
  'bad-soft': '#fae9e6',
  warn: '#7d5200',
  'warn-soft': '#faf0d9',
  good: '#286239',
  'good-soft': '#e6f1e7',
  mark: '#ffe694',
}

export const dark: Palette = {
  paper: '#131619',
  sheet: '#1a1e22',
  sunk: '#20252a',
  ink: '#e5e7e9',
  'ink-2': '#b7bec6',
  'ink-3': '#98a1ab',
  line: '#343b42',
  'line-2': '#282e34',
  accent: '#8fbaec',
  'on-accent': '#0f1a26',
  'accent-soft': '#1f3042',
  bad: '#f49d96',
  'bad-soft': '#3b211f',
  warn: '#e6ba68',
  'warn-soft': '#352b14',
  good: '#8bcb9b',
  'good-soft': '#1c3023',
  mark: '#5e4c14',
}

/** A QR code is dark on light in every theme: cameras want it so. */
export const QR_INK = light.ink
export const QR_GROUND = light.sheet

const FONT =
  '-apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", system-ui, sans-serif'
const MONO = 'ui-monospace, "SF Mono", "Cascadia Mono", Consolas, "DejaVu Sans Mono", monospace'

/** Puts the palette on the document, by CSSOM, which the content security policy allows. */
export function applyPalette(isDark: boolean): void {
  const root = document.documentElement
  const palette = isDark ? dark : light
  for (const [name, value] of Object.entries(palette)) root.style.setProperty(`--${name}`, value)
  root.style.setProperty('--font', FONT)
  root.style.setProperty('--mono', MONO)
  root.style.colorScheme = isDark ? 'dark' : 'light'
  root.dataset.theme = isDark ? 'dark' : 'light'
}

export function antdTheme(isDark: boolean): ThemeConfig {
  const p = isDark ? dark : light
  return {
    algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: p.accent,
      colorPrimaryHover: p.accent,
      colorPrimaryActive: p.accent,
      colorPrimaryBg: p['accent-soft'],
      colorLink: p.accent,
      colorLinkHover: p.accent,
      colorInfo: p.accent,
      colorError: p.bad,
      colorErrorText: p.bad,
      colorWarning: p.warn,
      colorSuccess: p.good,
      colorText: p.ink,
      colorTextSecondary: p['ink-2'],
      colorTextTertiary: p['ink-3'],
      colorTextDescription: p['ink-3'],
      colorTextPlaceholder: p['ink-3'],
      colorTextDisabled: p['ink-3'],
      colorTextLightSolid: p['on-accent'],
      colorBgLayout: p.paper,
      colorBgContainer: p.sheet,
      colorBgElevated: p.sheet,
      // A button that waits keeps the contrast of its words: its sign turns.
      opacityLoading: 1,
      colorBorder: p.line,
      colorBorderSecondary: p['line-2'],
      borderRadius: 4,
      borderRadiusLG: 6,
      fontFamily: FONT,
      fontFamilyCode: MONO,
      fontSize: 14,
      controlHeight: 32,
      wireframe: false,
      motionDurationMid: '0.12s',
      motionDurationSlow: '0.16s',
    },
    components: {
      Button: {
        primaryShadow: 'none',
        defaultShadow: 'none',
        dangerShadow: 'none',
        fontWeight: 500,
      },
      Tooltip: { colorTextLightSolid: p.paper, colorBgSpotlight: p.ink },
      Form: { labelColor: p['ink-2'], itemMarginBottom: 16 },
    },
  }
}
