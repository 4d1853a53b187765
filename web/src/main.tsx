// Composition only: nonce, words, theme, router.
import '#/ui/base.css'
import { createRoot } from 'react-dom/client'
import { readNonce, stampStyles } from '#/lib/nonce'
import { preferences } from '#/lib/preferences'
import { takeSetupToken } from '#/lib/setupToken'
import { takeChallenge } from '#/lib/signOn'
import { startLanguage } from '#/locales'
import { Root } from '#/routes/Root'

takeSetupToken()
takeChallenge()
const nonce = readNonce()
if (nonce) stampStyles(nonce)

const place = document.getElementById('root')
if (place) {
  void startLanguage(preferences().language).then(() => {
    createRoot(place).render(<Root {...(nonce ? { nonce } : {})} />)
  })
}
