// The tile that a page's mark is repeated from: a drawing, so that it is the same on the screen, on paper and in every theme.

export type MarkText = { name: string; time: string; code: string }

/** Width and height of a tile, in CSS pixels: far enough apart to read through, near enough that no part of a page is without. */
export const TILE = { width: 320, height: 180 }
/** A grey between ink and paper of both themes, at this share of one: too faint to hinder, strong enough for a photograph. */
const INK = '#7a828b'
const STRENGTH = 0.27
const TURN = -Math.PI / 9
const LINE_HEIGHT = 22
const NAME_CHARS_MAX = 24

/** The lines of a tile. A name that is too long is cut: the code says whose it is. */
export function markLines({ name, time, code }: MarkText): string[] {
  const chars = [...name]
  const short =
    chars.length > NAME_CHARS_MAX ? `${chars.slice(0, NAME_CHARS_MAX - 1).join('')}…` : name
  return [short, `${time}  ${code}`]
}

/** The tile as the address of an image; null where the browser does not draw. */
export function drawTile(text: MarkText): string | null {
  const canvas = document.createElement('canvas')
  const scale = Math.max(2, window.devicePixelRatio)
  canvas.width = TILE.width * scale
  canvas.height = TILE.height * scale
  const pen = canvas.getContext('2d')
  if (!pen) return null
  pen.scale(scale, scale)
  pen.translate(TILE.width / 2, TILE.height / 2)
  pen.rotate(TURN)
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  pen.font = `14px ${getComputedStyle(document.body).fontFamily}`
  pen.globalAlpha = STRENGTH
  pen.fillStyle = INK
  markLines(text).forEach((line, row) => {
    pen.fillText(line, 0, (row - 0.5) * LINE_HEIGHT)
  })
  return canvas.toDataURL('image/png')
}
