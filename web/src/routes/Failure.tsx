// What stands in the place of a page that could not be shown.
import { useRouter } from '@tanstack/react-router'
import { ApiError } from '#/lib/graphql'
import { CrashState } from '#/ui/Boundary'
import { ErrorState } from '#/ui/States'

export function Failure({ error }: { error: unknown }) {
  const router = useRouter()
  if (error instanceof ApiError) {
    return <ErrorState error={error} retry={() => void router.invalidate()} />
  }
  return <CrashState error={error} />
}
