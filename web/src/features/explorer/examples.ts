// Queries to begin with. They are checked against the schema by a test.
import type { Action } from '#/api/gen/operations'

export type Example = {
  key: 'viewer' | 'conversations' | 'search' | 'customers' | 'ledger' | 'imports'
  needs: Action | null
  query: string
  variables?: Record<string, unknown>
}

export const EXAMPLES: Example[] = [
  {
    key: 'viewer',
    needs: null,
    query: `query Viewer {
  viewer {
    user { login name roles { name } }
    can
  }
}`,
  },
  {
    key: 'conversations',
    needs: 'READ_CONTENT',
    query: `query Conversations($first: Int!, $after: String) {
  conversations(first: $first, after: $after) {
    totalCount
    nodes {
      id
      title
      lastAt
      messages(last: 3) {
        nodes { at from { name } text seal { state index } }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}`,
    variables: { first: 5 },
  },
  {
    key: 'search',
    needs: 'SEARCH',
    query: `query Search($query: String!) {
  search(query: $query, first: 10) {
    totalCount
    tookMicros
    syntaxError { position message }
    edges {
      snippet { text marks { start end } }
      node { id at from { name } }
    }
  }
}`,
    variables: { query: '酒店' },
  },
  {
    key: 'customers',
    needs: 'READ_DIRECTORY',
    query: `query Customers {
  customers(first: 10) {
    totalCount
    nodes { id name identities { channel channelId } lastContactAt }
  }
}`,
  },
  {
    key: 'ledger',
    needs: 'READ_LEDGER',
    query: `query Ledger {
  ledger {
    size
    origin
    verifierKey
    checkpoint { size root signedAt note }
  }
}`,
  },
  {
    key: 'imports',
    needs: 'READ_IMPORTS',
    query: `query Imports {
  imports(first: 10) {
    nodes { fileName state read added known rejected startedAt endedAt }
  }
}`,
  },
]
