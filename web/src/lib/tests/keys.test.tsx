import { fireEvent, render, screen } from '@testing-library/react'
import { useRef } from 'react'
import { expect, test, vi } from 'vitest'
import { ROW, useKeys, useListKeys } from '../keys'

function Page({ onSlash, onEscape }: { onSlash: () => void; onEscape: () => void }) {
  const list = useRef<HTMLDivElement>(null)
  useListKeys(list)
  useKeys({ '/': onSlash, Escape: onEscape })
  return (
    <div ref={list}>
      <input aria-label="field" />
      <button type="button" {...{ [ROW]: '' }}>
        first
      </button>
      <button type="button" {...{ [ROW]: '' }}>
        second
      </button>
    </div>
  )
}

test('keys act on the page, but not while typing, save Escape', () => {
  const onSlash = vi.fn()
  const onEscape = vi.fn()
  render(<Page onSlash={onSlash} onEscape={onEscape} />)
  fireEvent.keyDown(document.body, { key: '/' })
  expect(onSlash).toHaveBeenCalledTimes(1)
  const field = screen.getByLabelText('field')
  fireEvent.keyDown(field, { key: '/' })
  fireEvent.keyDown(document.body, { key: '/', ctrlKey: true })
  fireEvent.keyDown(document.body, { key: '/', isComposing: true })
  fireEvent.keyDown(document.body, { key: 'constructor' })
  expect(onSlash).toHaveBeenCalledTimes(1)
  fireEvent.keyDown(field, { key: 'Escape' })
  expect(onEscape).toHaveBeenCalledTimes(1)
})

test('j and k move through the rows and stop at the ends', () => {
  render(<Page onSlash={vi.fn()} onEscape={vi.fn()} />)
  const press = (key: string) => fireEvent.keyDown(document.activeElement ?? document.body, { key })
  press('j')
  expect(document.activeElement).toBe(screen.getByText('first'))
  press('j')
  press('j')
  expect(document.activeElement).toBe(screen.getByText('second'))
  press('k')
  press('k')
  expect(document.activeElement).toBe(screen.getByText('first'))
})
