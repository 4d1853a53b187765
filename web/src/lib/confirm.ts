// Confirming who it is before a sensitive operation: whoever asks the server waits here for the dialog's answer.

type Ask = () => Promise<boolean>

let ask: Ask | null = null
let asking: Promise<boolean> | null = null

/** The dialog says how to ask; it takes that back when it leaves the page. */
export function onConfirm(next: Ask): () => void {
  ask = next
  return () => {
    if (ask === next) ask = null
  }
}

/** Whether the viewer confirmed; false at once where there is no dialog. Two operations share one question. */
export function confirmIdentity(): Promise<boolean> {
  if (!ask) return Promise.resolve(false)
  asking ??= ask().finally(() => {
    asking = null
  })
  return asking
}
