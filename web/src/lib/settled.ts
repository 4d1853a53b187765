// A value that follows another once that has rested for a while.
import { useEffect, useState } from 'react'

export function useSettled<V>(value: V, restMs: number): V {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), restMs)
    return () => clearTimeout(timer)
  }, [value, restMs])
  return settled
}
