import type { Messages } from '..'
import type { system as source } from '../zh-CN/system'

export const system: Messages<typeof source> = {
  title: 'System health',
  text: "The server's checks of itself; what is wrong stands first, with what to do.",
  checks: 'Checks',
  noChecks: 'No checks',
  sizes: 'Space',
  recordBytes: 'Records',
  indexBytes: 'Search index',
  databaseBytes: 'Database',
  mediaBytes: 'Media',
  sum: 'In all',
  freeBytes: 'Free on disk',
  server: 'Server',
  version: 'Version',
  startedAt: 'Started',
  now: "Server's time",
  dataFolder: 'Data folder',
  indexLag: 'Entries to index',
}
