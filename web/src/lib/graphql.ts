// The one way to ask the server: typed documents over POST /graphql, faults as ApiError.
import type { TypedDocumentString } from '#/api/gen/operations'
import { offerApproval, operationOf } from './approval'
import { confirmIdentity } from './confirm'

/** The closed list of codes that the server puts into `extensions.code`, and two of our own. */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'BAD_INPUT'
  | 'CONFLICT'
  | 'HELD'
  | 'APPROVAL_REQUIRED'
  | 'CONFIRM_REQUIRED'
  | 'ENROLMENT_REQUIRED'
  | 'NETWORK_REFUSED'
  | 'LIMIT'
  | 'INTERNAL'
  /** The server could not be reached. */
  | 'NETWORK'
  /** The server answered with something that is no GraphQL answer. */
  | 'PROTOCOL'

export class ApiError extends Error {
  readonly code: ErrorCode
  constructor(code: ErrorCode, message: string) {
    super(message)
    this.name = 'ApiError'
    this.code = code
  }
}

type GraphQLFault = { message: string; extensions?: { code?: string } }
type Answer<R> = { data?: R | null; errors?: GraphQLFault[] }

const CODES = new Set<string>([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_INPUT',
  'CONFLICT',
  'HELD',
  'APPROVAL_REQUIRED',
  'CONFIRM_REQUIRED',
  'ENROLMENT_REQUIRED',
  'NETWORK_REFUSED',
  'LIMIT',
  'INTERNAL',
])

export function codeOf(fault: GraphQLFault): ErrorCode {
  const code = fault.extensions?.code
  return code !== undefined && CODES.has(code) ? (code as ErrorCode) : 'INTERNAL'
}

/** The name of the operation of a document, such as `Overview`. */
export function operationName(document: { toString(): string }): string {
  return /\b(?:query|mutation|subscription)\s+(\w+)/.exec(document.toString())?.[1] ?? ''
}

/** Reads an answer: its data, or the first fault as an ApiError. */
export function readAnswer<R>(answer: Answer<R>): R {
  const fault = answer.errors?.[0]
  if (fault) throw new ApiError(codeOf(fault), fault.message)
  if (answer.data === undefined || answer.data === null) {
    throw new ApiError('PROTOCOL', 'answer without data')
  }
  return answer.data
}

export async function request<R, V>(
  document: TypedDocumentString<R, V>,
  variables: V,
  signal?: AbortSignal,
): Promise<R> {
  const body = JSON.stringify({
    query: document.toString(),
    variables,
    operationName: operationName(document),
  })
  for (;;) {
    const answer = (await post(body, signal)) as Answer<R>
    const code = answer.errors?.[0] && codeOf(answer.errors[0])
    if (code === 'APPROVAL_REQUIRED') {
      const operation = operationOf(document, variables)
      if (operation) offerApproval(operation)
    }
    // Sensitive operations ask who it is; whoever confirms gets the operation repeated.
    if (code !== 'CONFIRM_REQUIRED' || !(await confirmIdentity())) return readAnswer(answer)
  }
}

/** Runs a document that a person wrote; gives back the whole answer, faults and all. */
export async function runRaw(
  query: string,
  variables: unknown,
  signal?: AbortSignal,
): Promise<unknown> {
  return post(JSON.stringify({ query, variables }), signal)
}

async function post(body: string, signal?: AbortSignal): Promise<unknown> {
  let response: Response
  try {
    response = await fetch('/graphql', {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/json',
        'X-Xinju-CSRF': '1',
      },
      credentials: 'same-origin',
      body,
      signal: signal ?? null,
    })
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new ApiError('NETWORK', String(cause))
  }
  try {
    return await response.json()
  } catch {
    throw new ApiError('PROTOCOL', `status ${response.status}`)
  }
}
