// Subscriptions over one WebSocket (protocol graphql-transport-ws), opened when the first is wanted.
import type { TypedDocumentString } from '#/api/gen/operations'
import { ApiError, codeOf, operationName } from './graphql'

export type Watcher<R> = {
  next: (data: R) => void
  /** The server ended it: there is no more to come. */
  complete?: () => void
  /** It cannot go on; the caller may poll instead. */
  error?: (error: ApiError) => void
}

type Message = {
  type: string
  id?: string
  payload?: unknown
}
type Running = { watcher: Watcher<unknown>; query: string; variables: unknown; name: string }

/** How long an unused socket stays open, in milliseconds. */
const LINGER_MS = 5_000

export class SubscriptionClient {
  private socket: WebSocket | null = null
  private acknowledged = false
  private running = new Map<string, Running>()
  private lastId = 0
  private readonly open: () => WebSocket

  constructor(open: () => WebSocket) {
    this.open = open
  }

  /** Starts a subscription; the function that comes back ends it. */
  subscribe<R, V>(
    document: TypedDocumentString<R, V>,
    variables: V,
    watcher: Watcher<R>,
  ): () => void {
    this.lastId += 1
    const id = String(this.lastId)
    this.running.set(id, {
      watcher: watcher as Watcher<unknown>,
      query: document.toString(),
      variables,
      name: operationName(document),
    })
    if (!this.socket) this.connect()
    else if (this.acknowledged) this.start(id)
    return () => this.end(id)
  }

  private connect(): void {
    const socket = this.open()
    this.socket = socket
    this.acknowledged = false
    socket.onopen = () => this.send({ type: 'connection_init' })
    socket.onmessage = (event) => this.receive(String(event.data))
    socket.onclose = () => this.lost(socket)
    socket.onerror = () => socket.close()
  }

  private lost(socket: WebSocket): void {
    if (this.socket !== socket) return
    this.socket = null
    this.acknowledged = false
    const orphans = [...this.running.values()]
    this.running.clear()
    for (const orphan of orphans) {
      orphan.watcher.error?.(new ApiError('NETWORK', 'connection closed'))
    }
  }

  private receive(text: string): void {
    const message = readMessage(text)
    switch (message?.type) {
      case 'connection_ack':
        this.acknowledged = true
        for (const id of this.running.keys()) this.start(id)
        return
      case 'ping':
        this.send({ type: 'pong' })
        return
      case 'next':
        this.next(message)
        return
      case 'error':
        this.fail(message.id, message.payload)
        return
      case 'complete':
        this.finish(message.id)
        return
    }
  }

  private next(message: Message): void {
    const running = this.running.get(message.id ?? '')
    const payload = message.payload as { data?: unknown; errors?: unknown[] } | undefined
    if (!running || !payload) return
    if (payload.errors?.length) this.fail(message.id, payload.errors)
    else running.watcher.next(payload.data)
  }

  private fail(id: string | undefined, payload: unknown): void {
    const running = this.running.get(id ?? '')
    if (!running) return
    this.running.delete(id ?? '')
    const fault = (Array.isArray(payload) ? payload[0] : payload) as
      | { message?: string; extensions?: { code?: string } }
      | undefined
    const message = fault?.message ?? 'subscription failed'
    running.watcher.error?.(new ApiError(codeOf({ ...fault, message }), message))
    this.closeWhenUnused()
  }

  private finish(id: string | undefined): void {
    const running = this.running.get(id ?? '')
    if (!running) return
    this.running.delete(id ?? '')
    running.watcher.complete?.()
    this.closeWhenUnused()
  }

  private start(id: string): void {
    const running = this.running.get(id)
    if (!running) return
    const { query, variables, name } = running
    this.send({ id, type: 'subscribe', payload: { query, variables, operationName: name } })
  }

  private end(id: string): void {
    if (!this.running.delete(id)) return
    if (this.acknowledged) this.send({ id, type: 'complete' })
    this.closeWhenUnused()
  }

  private closeWhenUnused(): void {
    if (this.running.size > 0) return
    const socket = this.socket
    setTimeout(() => {
      if (this.running.size > 0 || this.socket !== socket) return
      this.socket = null
      this.acknowledged = false
      socket?.close(1000)
    }, LINGER_MS)
  }

  private send(message: Message): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message))
  }
}

function readMessage(text: string): Message | null {
  try {
    return JSON.parse(text) as Message
  } catch {
    return null
  }
}

/** The client of this page. */
export const subscriptions = new SubscriptionClient(() => {
  const scheme = window.location.protocol === 'https:' ? 'wss:' : 'ws:'
  return new WebSocket(`${scheme}//${window.location.host}/graphql`, 'graphql-transport-ws')
})
