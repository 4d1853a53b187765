// Networks as people type them: which they are, and whether they hold an address. The server decides; this is for being told before. Pure.

type Range = { bits: number; value: bigint; prefix: number }

const MAPPED = 0xffffn

function readV4(text: string): bigint | null {
  const parts = text.split('.')
  const fits = (part: string) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255
  if (parts.length !== 4 || !parts.every(fits)) return null
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n)
}

/** The same with the last four bytes in two groups where they were written as an IPv4 address. */
function inGroups(text: string): string | null {
  const [, head, last] = /^(.*:)([\d.]+\.[\d.]+)$/.exec(text) ?? []
  if (head === undefined || last === undefined) return text
  const value = readV4(last)
  return value === null
    ? null
    : `${head}${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`
}

function readV6(text: string): bigint | null {
  const [head, tail, ...more] = inGroups(text)?.split('::') ?? []
  if (head === undefined || more.length > 0) return null
  const groups = (half: string) => (half === '' ? [] : half.split(':'))
  const [first, last] = [groups(head), groups(tail ?? '')]
  const missing = 8 - first.length - last.length
  if (tail === undefined ? missing !== 0 : missing < 1) return null
  const all = [...first, ...Array<string>(missing).fill('0'), ...last]
  if (!all.every((group) => /^[\da-f]{1,4}$/i.test(group))) return null
  return all.reduce((sum, group) => sum * 0x10000n + BigInt(`0x${group}`), 0n)
}

/** An address or a range; an IPv4 one that is written as IPv6 is the IPv4 one. Null where the text is neither. */
function read(text: string): Range | null {
  const [address = '', length, ...more] = text.split('/')
  if (more.length > 0) return null
  const v4 = readV4(address)
  const value = v4 ?? readV6(address)
  if (value === null) return null
  const bits = v4 === null ? 128 : 32
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return null
  const prefix = length === undefined ? bits : Number(length)
  if (prefix > bits) return null
  if (bits === 128 && value >> 32n === MAPPED && prefix >= 96) {
    return { bits: 32, value: value & 0xffff_ffffn, prefix: prefix - 96 }
  }
  return { bits, value, prefix }
}

/** The single networks of a text; people separate them by lines, spaces and commas. */
export function networksIn(text: string): string[] {
  return text.split(/[\s,，;；、]+/).filter((one) => one !== '')
}

export function isNetwork(text: string): boolean {
  return read(text) !== null
}

/** Whether an address is in one of some networks; what is no address is in none. */
export function isWithin(networks: string[], address: string): boolean {
  const place = read(address)
  if (place === null || address.includes('/')) return false
  return networks.some((text) => {
    const range = read(text)
    if (range === null || range.bits !== place.bits) return false
    const rest = BigInt(range.bits - range.prefix)
    return range.value >> rest === place.value >> rest
  })
}
