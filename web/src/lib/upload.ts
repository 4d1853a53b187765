// A mutation with files: the GraphQL multipart request specification, with the progress that fetch cannot tell.
import type { TypedDocumentString } from '#/api/gen/operations'
import { ApiError, operationName, readAnswer } from './graphql'

/** The form of a mutation: `files` names the variable that each file fills, such as `input.file`. */
export function multipart(
  query: string,
  name: string,
  variables: unknown,
  files: Record<string, File>,
): FormData {
  const form = new FormData()
  form.set('operations', JSON.stringify({ query, variables, operationName: name }))
  const entries = Object.entries(files)
  const map = Object.fromEntries(entries.map(([path], i) => [String(i), [`variables.${path}`]]))
  form.set('map', JSON.stringify(map))
  entries.forEach(([, file], i) => {
    form.set(String(i), file, file.name)
  })
  return form
}

/** Sends the mutation; `onProgress` hears the part of the bytes that has left, 0 to 1. */
export function upload<R, V>(
  document: TypedDocumentString<R, V>,
  variables: unknown,
  files: Record<string, File>,
  onProgress: (part: number) => void,
  signal?: AbortSignal,
): Promise<R> {
  return new Promise((resolve, reject) => {
    const http = new XMLHttpRequest()
    http.open('POST', '/graphql')
    http.setRequestHeader('X-Xinju-CSRF', '1')
    http.setRequestHeader('Accept', 'application/json')
    http.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total)
    }
    http.onerror = () => reject(new ApiError('NETWORK', 'upload failed'))
    http.onabort = () => reject(new ApiError('NETWORK', 'upload stopped'))
    http.onload = () => {
      try {
        resolve(readAnswer<R>(JSON.parse(http.responseText)))
      } catch (cause) {
        const status = `status ${http.status}`
        reject(cause instanceof ApiError ? cause : new ApiError('PROTOCOL', status))
      }
    }
    signal?.addEventListener('abort', () => http.abort())
    http.send(multipart(document.toString(), operationName(document), variables, files))
  })
}
