// Runs all server audits of graphql-http (GraphQL over HTTP) against a running server; every one must be ok.
// URL is the site (http://127.0.0.1:8480), TOKEN an API token with the scope READ.
import { auditServer } from 'graphql-http';

const { URL: site, TOKEN: token } = process.env;
if (!site || !token) {
  console.error('set URL and TOKEN');
  process.exit(2);
}

const results = await auditServer({
  url: new URL('/graphql', site).toString(),
  fetchFn: (url, init = {}) => fetch(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } }),
});
const failed = results.filter((result) => result.status !== 'ok');
for (const result of failed) console.error(`${result.id} ${result.status}: ${result.name}: ${result.reason}`);
// Fewer audits than there are today would mean that the tool changed under us.
const expected = 61;
if (results.length < expected) console.error(`only ${results.length} audits ran, expected ${expected}`);
console.log(`graphql-http: ${results.length - failed.length} of ${results.length} audits ok`);
process.exit(failed.length === 0 && results.length >= expected ? 0 : 1);
