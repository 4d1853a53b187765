// Offering to ask a second person where the server says that one must agree: the dialog takes the operation from here.

/** A mutation and its input, which is also how approval for it is asked. */
export type Operation = { name: string; input: unknown }

type Offer = (operation: Operation) => void

let offer: Offer | null = null

/** The dialog says how to offer; it takes that back when it leaves the page. */
export function onOffer(next: Offer): () => void {
  offer = next
  return () => {
    if (offer === next) offer = null
  }
}

/** Offers to ask for approval; nothing happens where there is no dialog. */
export function offerApproval(operation: Operation): void {
  offer?.(operation)
}

/** The mutation that a document asks for with one input; null for every other document. */
export function operationOf(
  document: { toString(): string },
  variables: unknown,
): Operation | null {
  const name = /\bmutation\b[^{]*\{\s*(\w+)\s*\(\s*input:/.exec(document.toString())?.[1]
  if (!name || typeof variables !== 'object' || variables === null) return null
  return 'input' in variables ? { name, input: variables.input } : null
}
