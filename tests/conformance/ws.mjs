// Talks to a running server with the graphql-ws client (graphql-transport-ws): a query, a subscription, refusals.
// URL is the site (http://127.0.0.1:8480), TOKEN an API token with the scopes READ and LEDGER.
import assert from 'node:assert/strict';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const { URL: site, TOKEN: token } = process.env;
if (!site || !token) {
  console.error('set URL and TOKEN');
  process.exit(2);
}
const url = new URL('/graphql', site);
url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';

const connect = (connectionParams, webSocketImpl = WebSocket) =>
  createClient({ url: url.toString(), webSocketImpl, connectionParams, retryAttempts: 0 });

/** Everything a document answers, or throws what it is refused with. */
async function all(client, query) {
  const answers = [];
  for await (const answer of client.iterate({ query })) answers.push(answer);
  return answers;
}

const client = connect({ token });

const [answer] = await all(client, '{ viewer { user { login } } ledger { size } }');
assert.ok(answer.data.viewer.user.login, 'the token is known');
assert.ok(answer.data.ledger.size >= 0);

for await (const change of client.iterate({ query: 'subscription { ledgerChanged { size origin } }' })) {
  assert.equal(typeof change.data.ledgerChanged.size, 'number');
  break; // Leaving the loop sends `complete`.
}

const refusal = (code) => (errors) => Array.isArray(errors) && errors[0].extensions.code === code;
await assert.rejects(all(client, '{ nosuchfield }'), refusal('BAD_INPUT'), 'a document that does not fit is an error message');
await assert.rejects(all(client, 'mutation { signOut { done } }'), refusal('BAD_INPUT'), 'mutations go by POST');
const [after] = await all(client, '{ __typename }');
assert.equal(after.data.__typename, 'Query', 'the socket lives on after refusals');
await client.dispose();

await assert.rejects(all(connect({ token: 'xjt_wrong' }), '{ __typename }'), { code: 4401 }, 'a wrong token is turned away');
await assert.rejects(all(connect({}), '{ __typename }'), { code: 4401 }, 'nobody is turned away');

class Foreign extends WebSocket {
  constructor(address, protocols) {
    super(address, protocols, { origin: 'https://elsewhere.example' });
  }
}
await assert.rejects(all(connect({ token }, Foreign), '{ __typename }'), 'other sites open no sockets');

console.log('graphql-ws: all checks passed');
