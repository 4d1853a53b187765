// Who looks, when, and the code of the event, faintly over the whole page: on the screen, on paper, in photographs.
// It stops nobody who takes the page apart, and need not: that the page was opened stands in the audit trail by then.
import { useEffect } from 'react'
import type { PageMarkQuery } from '#/api/gen/operations'
import { formatTime } from '#/lib/format'
import { usePreferences } from '#/lib/preferences'
import { drawTile, TILE } from './markDrawing'
import styles from './PageMark.module.css'

export function PageMark({ mark }: { mark: NonNullable<PageMarkQuery['pageMark']> }) {
  const { language } = usePreferences()
  const { name, at, code } = mark
  useEffect(() => {
    const tile = drawTile({ name, time: formatTime(at, 'minute', language), code })
    return hang(tile, code)
  }, [name, at, code, language])
  return null
}

/** Hangs a tile over the page, outside of React's tree, and hangs it again when somebody takes it down. */
export function hang(tile: string | null, code: string): () => void {
  const sheet = document.createElement('div')
  const put = () => {
    for (const name of sheet.getAttributeNames()) sheet.removeAttribute(name)
    sheet.className = styles.mark ?? ''
    sheet.setAttribute('aria-hidden', 'true')
    sheet.dataset.mark = code
    if (tile) sheet.style.backgroundImage = `url("${tile}")`
    sheet.style.backgroundSize = `${TILE.width}px ${TILE.height}px`
    if (!sheet.isConnected) document.body.append(sheet)
  }
  const watcher = new MutationObserver((changes) => {
    const own = changes.some(({ target }) => target === sheet)
    if (!own && sheet.isConnected) return
    put()
    // What `put` itself changed is no news.
    watcher.takeRecords()
  })
  put()
  watcher.observe(document.body, { childList: true })
  watcher.observe(sheet, { attributes: true })
  return () => {
    watcher.disconnect()
    sheet.remove()
  }
}
