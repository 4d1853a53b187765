// The server's limits that forms should tell before they are hit. The server holds them; these only spare a round trip.

/** Characters of a password. */
export const PASSWORD_CHARS_MIN = 10
export const PASSWORD_CHARS_MAX = 200
/** Characters of a code that is typed, with what separates its groups. */
export const CODE_CHARS_MAX = 40
/** Bounds of the sign-in policy. */
export const POLICY_BOUNDS = {
  idleMinutes: { min: 5, max: 720 },
  ageHours: { min: 1, max: 168 },
  passwordChars: { min: 10, max: 64 },
} as const
/** Characters of a login, a name of a person or of a token. */
export const NAME_CHARS_MAX = 100
/** Characters of the reason for which a masked value is revealed. */
export const REVEAL_REASON_CHARS_MAX = 300
/** Hours that an approval is good for. */
export const APPROVAL_HOURS = { min: 1, max: 168 } as const
/** Characters of why somebody asks for approval, or refuses it. */
export const APPROVAL_WORDS_MAX = 500
/** Days before a suspension that a review covers. */
export const REVIEW_DAYS = { min: 1, max: 365, usual: 30 } as const
/** Lines of a handover form, and characters of one and of its remarks. */
export const FORM_ITEMS_MAX = 500
export const FORM_TEXT_CHARS_MAX = 2_000
/** Characters of a name or a number of a case, and of its purpose or a comment. */
export const CASE_LINE_CHARS_MAX = 200
export const CASE_TEXT_CHARS_MAX = 4_000
/** Parties of a case. */
export const CASE_PARTIES_MAX = 50
/** Messages before and after one, as its context. */
export const CASE_CONTEXT_MESSAGES_MAX = 1_000
/** Days that an API token may live. */
export const TOKEN_DAYS_MAX = 366
