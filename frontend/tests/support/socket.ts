import { type Client, type ClientOptions, createClient } from 'graphql-ws'
import WebSocket from 'ws'

/** graphql-ws as anybody uses it, on Node, where there is no WebSocket yet. */
export function connect(url: string, token: string, options: Partial<ClientOptions> = {}): Client {
  return createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { token },
    keepAlive: 10_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    ...options,
  })
}
