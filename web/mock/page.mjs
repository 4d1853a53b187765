// Relay pages over an array.
const cursor = (i) => Buffer.from(`at:${i}`).toString('base64url')
const place = (text) => Number(Buffer.from(text, 'base64url').toString().slice(3))

export function page(rows, { first, after, last, before, offset } = {}, node = (row) => row) {
  let from = 0
  let to = rows.length
  if (after) from = place(after) + 1
  if (offset !== undefined && offset !== null) from = offset
  if (before) to = place(before)
  const limit = Math.min(first ?? last ?? 50, 200)
  if (last !== undefined && last !== null) from = Math.max(from, to - limit)
  else to = Math.min(to, from + limit)
  const nodes = rows.slice(from, to).map(node)
  return {
    nodes,
    edges: nodes.map((n, i) => ({ cursor: cursor(from + i), node: n })),
    totalCount: rows.length,
    offset: from,
    pageInfo: {
      hasNextPage: to < rows.length,
      hasPreviousPage: from > 0,
      startCursor: nodes.length ? cursor(from) : null,
      endCursor: nodes.length ? cursor(from + nodes.length - 1) : null,
    },
  }
}
