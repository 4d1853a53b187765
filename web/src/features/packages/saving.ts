// Taking a file that only a request with a body, or a confirmed one, gives: into the browser's downloads.
import { confirmIdentity } from '#/lib/confirm'
import { ApiError } from '#/lib/graphql'

/** Hands the bytes of an answer to the browser as a download. */
async function save(response: Response): Promise<void> {
  const disposition = response.headers.get('Content-Disposition') ?? ''
  const name = /filename="([^"]+)"/.exec(disposition)?.[1] ?? 'package.zip'
  const address = URL.createObjectURL(await response.blob())
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}

async function codeIn(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => null)
  const code = (body as { error?: { code?: unknown } } | null)?.error?.code
  return typeof code === 'string' ? code : 'PROTOCOL'
}

/** Fetches one's own package; whoever has not confirmed lately who they are is asked first. */
export async function fetchPackage(id: string): Promise<void> {
  for (;;) {
    const response = await fetch(`/api/packages/${id}/file`).catch(() => null)
    if (!response) throw new ApiError('NETWORK', 'the file did not come')
    if (response.ok) return save(response)
    const code = await codeIn(response)
    if (code === 'CONFIRM_REQUIRED' && (await confirmIdentity())) continue
    throw new ApiError(code === 'CONFLICT' ? 'CONFLICT' : 'PROTOCOL', code)
  }
}

/** Fetches a package by a link and its pass phrase; false where either is not good. */
export async function openLink(link: string, phrase: string): Promise<boolean> {
  const response = await fetch('/api/packages/link', {
    method: 'POST',
    headers: { 'X-Xinju-CSRF': '1', 'Content-Type': 'application/json' },
    body: JSON.stringify({ link, phrase }),
  }).catch(() => null)
  if (!response) throw new ApiError('NETWORK', 'the file did not come')
  if (response.ok) {
    await save(response)
    return true
  }
  if (response.status === 404) return false
  throw new ApiError('PROTOCOL', `status ${response.status}`)
}
