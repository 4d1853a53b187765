// Leaving a timeline for one of its messages: the address first remembers the message, so that the way back ends there.
import { useNavigate, useRouter } from '@tanstack/react-router'
import type { KeyboardEvent, MouseEvent } from 'react'

export function useLeave(conversation: string) {
  const navigate = useNavigate()
  const router = useRouter()
  const remember = (message: string) => {
    const { href } = router.buildLocation({
      to: '/conversations/$id',
      params: { id: conversation },
      search: (now) => ({ ...now, message, at: undefined }),
    })
    // Not `navigate`, and flushed: the navigation that follows at once would take its place.
    router.history.replace(href)
    router.history.flush()
  }
  return {
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      const row = event.target
      if (event.key !== 'Enter' || !(row instanceof HTMLElement) || !row.dataset.message) return
      const { message } = row.dataset
      remember(message)
      void navigate({ to: '/messages/$id', params: { id: message } })
    },
    onClickCapture: (event: MouseEvent<HTMLElement>) => {
      if (!(event.target instanceof Element) || event.ctrlKey || event.metaKey) return
      const link = event.target.closest('a[href^="/messages/"]')
      const message = link?.closest<HTMLElement>('[data-message]')?.dataset.message
      if (message) remember(message)
    },
  }
}
