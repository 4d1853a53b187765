import type { Messages } from '..'
import type { system as source } from '../zh-CN/system'

export const system: Messages<typeof source> = {
  title: 'System health',
  text: "The server's checks of itself; what is wrong stands first, with what to do.",
  checks: 'Checks',
  'check.disk_space': 'Disk space',
  'check.index_lag': 'Search index',
  'check.checkpoint': 'Checkpoint',
  'check.clock': 'Clock',
  'check.verified': 'Verification',
  'check.jobs': 'Background work',
  'check.key_file': 'Master key file',
  'check.stamps': 'Timestamps',
  'check.seal_key': 'Sealing certificate',
  'advice.disk_space':
    "Make room on the data folder's file system, or move the folder to a larger one while the server is stopped.",
  'advice.index_lag':
    'Wait if an import or a rebuild runs; otherwise look into the log, and run xinju rebuild if the index reports faults.',
  'advice.checkpoint':
    'Look into the log for why checkpoints are not signed; a restart tries again.',
  'advice.clock':
    "Set the machine's clock and keep it synchronised (systemd-timesyncd or chrony): evidence names times.",
  'advice.verified':
    'Run xinju verify to see what is damaged, and restore those files from a backup.',
  'advice.jobs': 'Look into the log: it names each fault and what it waits for.',
  'advice.key_file': 'Let only the account of the server read the master key file (chmod 600).',
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
