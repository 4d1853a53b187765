// Telling dropped files apart: a directory is a .json file, everything else holds messages.
export function sortFiles<F extends { name: string }>(
  files: F[],
): { messages: F | null; directory: F | null } {
  const isDirectory = (file: F) => /(^|[.\-_])(directory|contacts?)\b.*\.json$/i.test(file.name)
  const directory = files.find(isDirectory) ?? null
  const messages = files.find((file) => file !== directory) ?? null
  return { messages, directory }
}
