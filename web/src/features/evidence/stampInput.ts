// The form of stamps: what the server holds as fields, and fields as what the server takes.
import type { SetStampsInput, StampSettingsQuery } from '#/api/gen/operations'

export type Settings = StampSettingsQuery['stampSettings']

export type Authority = { name: string; url: string; root: string; policy: string }

export type Fields = {
  authorities: [Authority, Authority]
  witnessUrl: string
  witnessKey: string
  webhookUrl: string
  secret: string
  proxy: string
  intervalMinutes: number
}

const NONE: Authority = { name: '', url: '', root: '', policy: '' }

export function fieldsOf(settings: Settings): Fields {
  const [first = NONE, second = NONE] = settings.authorities
  return {
    authorities: [first, second],
    witnessUrl: settings.witness?.url ?? '',
    witnessKey: settings.witness?.key ?? '',
    webhookUrl: settings.webhook ?? '',
    secret: '',
    proxy: settings.proxy,
    intervalMinutes: settings.intervalMinutes,
  }
}

const set = (text: string) => text.trim() !== ''

/** An authority, witness or webhook of which nothing is filled in is none. */
export function inputOf(fields: Fields): SetStampsInput {
  const { witnessUrl, witnessKey, webhookUrl, secret, proxy, intervalMinutes } = fields
  return {
    authorities: fields.authorities.filter((one) => set(one.name) || set(one.url)),
    witness: set(witnessUrl) || set(witnessKey) ? { url: witnessUrl, key: witnessKey } : null,
    webhook: set(webhookUrl) ? { url: webhookUrl, secret: secret || null } : null,
    proxy,
    intervalMinutes,
  }
}
