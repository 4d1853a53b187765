import { afterEach, expect, test } from 'vitest'
import { readNonce, stampStyles } from '../nonce'

const create = document.createElement
afterEach(() => {
  document.createElement = create
  document.head.innerHTML = ''
})

function page(nonce: string) {
  document.head.innerHTML = `<meta property="csp-nonce" nonce="${nonce}">`
}

test('the nonce of the page is read; a placeholder or nothing is none', () => {
  page('abc')
  expect(readNonce()).toBe('abc')
  page('__CSP_NONCE__')
  expect(readNonce()).toBeUndefined()
  page('')
  expect(readNonce()).toBeUndefined()
})

test('every style element gets the nonce, other elements do not', () => {
  stampStyles('abc')
  expect(document.createElement('style').getAttribute('nonce')).toBe('abc')
  expect(document.createElement('STYLE').getAttribute('nonce')).toBe('abc')
  expect(document.createElement('div').hasAttribute('nonce')).toBe(false)
})
