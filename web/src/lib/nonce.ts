// The nonce of this page's content security policy, and its place on every <style> that libraries make.

/** The nonce that the server put into index.html; undefined in development, where there is no policy. */
export function readNonce(): string | undefined {
  const meta = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')
  const nonce = meta?.nonce || meta?.getAttribute('nonce') || ''
  return nonce === '' || nonce === '__CSP_NONCE__' ? undefined : nonce
}

/**
 * Stamps the nonce on every <style> element made from now on. Some of the libraries below us
 * (the scroll locker of dialogs, the scroll bar probe) make one and know no nonce.
 */
export function stampStyles(nonce: string): void {
  const create = document.createElement.bind(document)
  document.createElement = (name: string, options?: ElementCreationOptions) => {
    const element = create(name, options)
    if (name.toLowerCase() === 'style') element.setAttribute('nonce', nonce)
    return element
  }
}
