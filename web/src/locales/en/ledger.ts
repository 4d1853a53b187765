import type { Messages } from '..'
import type { ledger as source } from '../zh-CN/ledger'

export const ledger: Messages<typeof source> = {
  title: 'Ledger',
  text: 'The Merkle ledger of all records and audit events (RFC 6962). With a checkpoint and the verifier key anybody can check alone that a record was not altered.',
  size: 'Entries',
  checkpoint: 'Checkpoint',
  noCheckpoint: 'None yet',
  root: 'Root hash',
  empty: 'The ledger has no entries yet',
  covered: 'A checkpoint covers all entries',
  behind: '{{count, number}} waiting for a checkpoint',
  identity: 'Identity of the ledger',
  identityText: 'For those who check; hand it over by another way than the evidence itself',
  origin: 'Name of the log',
  verifierKey: 'Verifier key',
  segments: 'Sealed segments',
  note: 'Checkpoint',
  download: 'Download',
  noCheckpointText: 'The first checkpoint is signed about a second after the first record.',
  signNow: 'Sign a checkpoint now',
  signed: 'A checkpoint was signed',
}
