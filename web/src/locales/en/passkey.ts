import type { Messages } from '..'
import type { passkey as source } from '../zh-CN/passkey'

export const passkey: Messages<typeof source> = {
  title: 'Passkeys',
  text: 'A passkey stays in your phone, computer or security key, and opens by a finger, a face or a PIN. With one you sign in without a password, and no false page can ask for it.',
  unavailable:
    'Passkeys cannot be used at this address: open this page by the domain name of the archive (HTTPS).',
  none: 'No passkey yet',
  add: 'Add a passkey',
  added: 'The passkey was added',
  name: 'Name',
  createdAt: 'Added',
  usedAt: 'Last used',
  never: 'Never',
  action: 'Action',
  rename: 'Rename',
  save: 'Save',
  remove: 'Remove',
  removeTitle: 'Remove the passkey “{{name}}”?',
  removeText:
    'It will not sign you in any more. Delete the copy in your device with the device itself.',
  removed: 'The passkey was removed',
  turnedAway: 'No passkey was used: it was cancelled, or took too long.',
  signIn: 'Sign in with a passkey',
  notAccepted: 'This passkey does not sign in here. Use your password, or another passkey.',
  stepText: 'Finish signing in with your passkey.',
  locked: 'Too many attempts. Try again in {{seconds}} s.',
  confirm: 'Confirm with a passkey',
  confirmText: 'This is a sensitive operation. Confirm it with a passkey.',
  confirmWrong: 'The passkey is not yours, or it took too long. Try again.',
  'refusal.TOO_MANY':
    'An account has at most 10 passkeys. Remove one that you do not use any more.',
  'refusal.NAME_INVALID': 'A name has 1 to 100 characters.',
  'refusal.ANSWER_INVALID': 'The answer of the device is not good, or came too late. Begin again.',
  'refusal.KNOWN': 'This passkey is known already.',
  'refusal.NOT_FOUND': 'There is no such passkey any more.',
  'refusal.DEMANDED':
    'The sign-in policy demands two-step verification of you: the last one stays.',
}
