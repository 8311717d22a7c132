import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Stands between a client and the server, and cuts every connection when told so, as a bad network does: without a word. */
export interface Relay {
  url: string
  cut(): number
  stop(): void
}

export async function startRelay(target: string): Promise<Relay> {
  const { hostname, port } = new URL(target)
  const open = new Set<Socket>()
  const server = createServer((client) => {
    const behind = connect(Number(port), hostname)
    for (const [one, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      open.add(one)
      one.pipe(other)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        open.delete(one)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    const connections = open.size / 2
    for (const socket of open) socket.resetAndDestroy()
    return connections
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    stop() {
      cut()
      server.close()
    },
  }
}
