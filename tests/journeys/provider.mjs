// A real provider of OpenID Connect on this machine, for one test: everything in memory, and a page on
// which anybody may sign in as whoever they say. node provider.mjs RETURN_ADDRESS; prints its issuer.
import { createServer } from 'node:http'
import { Provider } from 'oidc-provider'

const [back] = process.argv.slice(2)
const server = createServer()
await new Promise((done) => server.listen(0, '127.0.0.1', done))
const issuer = `http://127.0.0.1:${server.address().port}`
const provider = new Provider(issuer, {
  clients: [{
    client_id: 'evenhand',
    client_secret: 'a secret of a test',
    redirect_uris: [back],
    token_endpoint_auth_method: 'client_secret_post'
  }],
  findAccount: (context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.org`, email_verified: true })
  }),
  claims: { openid: ['sub'], email: ['email', 'email_verified'] }
})
server.on('request', provider.callback())
console.log(issuer)
