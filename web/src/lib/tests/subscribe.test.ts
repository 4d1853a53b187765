import { beforeEach, expect, test, vi } from 'vitest'
import { LedgerChangedDocument } from '#/api/gen/operations'
import { SubscriptionClient } from '../subscribe'

/** A socket that remembers what was sent and speaks when told to. */
class Socket {
  sent: { type: string; id?: string; payload?: { operationName?: string } }[] = []
  readyState: number = WebSocket.OPEN
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: (() => void) | null = null
  onerror: (() => void) | null = null
  send(text: string) {
    this.sent.push(JSON.parse(text))
  }
  close() {
    this.readyState = WebSocket.CLOSED
    this.onclose?.()
  }
  say(message: object) {
    this.onmessage?.({ data: JSON.stringify(message) })
  }
}

let sockets: Socket[]
let client: SubscriptionClient
beforeEach(() => {
  vi.useFakeTimers()
  sockets = []
  client = new SubscriptionClient(() => {
    const socket = new Socket()
    sockets.push(socket)
    return socket as unknown as WebSocket
  })
})

function watcher() {
  return { next: vi.fn(), complete: vi.fn(), error: vi.fn() }
}

function opened(): Socket {
  const socket = sockets.at(-1)
  if (!socket) throw new Error('no socket was opened')
  socket.onopen?.()
  socket.say({ type: 'connection_ack' })
  return socket
}

test('a subscription begins after the greeting, hears its data and ends', () => {
  const heard = watcher()
  const stop = client.subscribe(LedgerChangedDocument, {}, heard)
  const socket = opened()
  expect(socket.sent.map((m) => m.type)).toEqual(['connection_init', 'subscribe'])
  expect(socket.sent[1]?.payload?.operationName).toBe('LedgerChanged')
  const id = socket.sent[1]?.id
  socket.say({ type: 'next', id, payload: { data: { ledgerChanged: { size: 1 } } } })
  expect(heard.next).toHaveBeenCalledWith({ ledgerChanged: { size: 1 } })
  stop()
  expect(socket.sent.at(-1)).toEqual({ id, type: 'complete' })
  socket.say({ type: 'next', id, payload: { data: {} } })
  expect(heard.next).toHaveBeenCalledTimes(1)
})

test('two subscriptions share a socket, which closes when both have ended', () => {
  const first = client.subscribe(LedgerChangedDocument, {}, watcher())
  const socket = opened()
  const second = client.subscribe(LedgerChangedDocument, {}, watcher())
  expect(sockets).toHaveLength(1)
  first()
  second()
  vi.runAllTimers()
  expect(socket.readyState).toBe(WebSocket.CLOSED)
})

test('a lost connection is told to every watcher, and the next subscription opens a new one', () => {
  const heard = watcher()
  client.subscribe(LedgerChangedDocument, {}, heard)
  opened().close()
  expect(heard.error).toHaveBeenCalledWith(expect.objectContaining({ code: 'NETWORK' }))
  client.subscribe(LedgerChangedDocument, {}, watcher())
  expect(sockets).toHaveLength(2)
})

test('faults end a subscription with their code, as an error or inside an answer', () => {
  for (const wrap of [
    (faults: object[]) => ({ type: 'error', payload: faults }),
    (faults: object[]) => ({ type: 'next', payload: { data: null, errors: faults } }),
  ]) {
    const heard = watcher()
    client.subscribe(LedgerChangedDocument, {}, heard)
    const socket = sockets.at(-1)?.sent.length ? sockets.at(-1) : opened()
    const id = socket?.sent.at(-1)?.id
    socket?.say({ ...wrap([{ message: 'no', extensions: { code: 'FORBIDDEN' } }]), id })
    expect(heard.error).toHaveBeenCalledWith(expect.objectContaining({ code: 'FORBIDDEN' }))
  }
})

test('the end of a subscription is told, pings are answered, noise is passed over', () => {
  const heard = watcher()
  client.subscribe(LedgerChangedDocument, {}, heard)
  const socket = opened()
  socket.onmessage?.({ data: 'not json' })
  socket.say({ type: 'ping' })
  expect(socket.sent.at(-1)).toEqual({ type: 'pong' })
  socket.say({ type: 'complete', id: socket.sent[1]?.id })
  expect(heard.complete).toHaveBeenCalledOnce()
  expect(heard.error).not.toHaveBeenCalled()
})
