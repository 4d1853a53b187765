// What is known of a case, as the form holds it. Pure.
import type { CaseAboutInput, CasePartyRole, CaseQuery, ForumKind } from '#/api/gen/operations'

export const FORUM_KINDS = [
  'COURT',
  'ARBITRATION',
  'AUTHORITY',
  'POLICE',
  'INTERNAL',
  'OTHER',
] as const satisfies ForumKind[]

export const PARTY_ROLES = [
  'CLAIMANT',
  'RESPONDENT',
  'THIRD_PARTY',
  'WITNESS',
  'OTHER',
] as const satisfies CasePartyRole[]

export type About = {
  name: string
  number: string
  forum: CaseAboutInput['forum']
  purpose: string
  parties: { name: string; role: CasePartyRole }[]
  inCharge: string[]
}

/** The form of a case that is there, or of a new one, which its maker is in charge of. */
export function aboutOf(now: CaseQuery['case'] | undefined, own: string | undefined): About {
  if (!now) {
    return {
      name: '',
      number: '',
      forum: { kind: 'COURT', name: '', abroad: false, approvalNumber: '' },
      purpose: '',
      parties: [],
      inCharge: own ? [own] : [],
    }
  }
  const { name, number, forum, purpose, parties } = now
  return { name, number, forum, purpose, parties, inCharge: now.inCharge.map((one) => one.id) }
}
