import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const BERTH = process.env.BERTH ?? join(import.meta.dirname, '../../../target/debug/berth')

/** A real server on a data directory of its own, at a free port. */
export interface Server {
  url: string
  token: string
  stop(): Promise<void>
}

export async function startServer(): Promise<Server> {
  const home = await mkdtemp(join(tmpdir(), 'berth-'))
  const data = join(home, 'data')
  const process = spawn(BERTH, ['serve', '--bind', '127.0.0.1:0', '--data-dir', data], {
    cwd: home,
    env: { PATH: globalThis.process.env.PATH, HOME: home, LANG: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await firstLine(process)
  await ready(url)
  return {
    url,
    token: (await readFile(join(data, 'token'), 'utf8')).trim(),
    async stop() {
      const ended = new Promise((resolve) => process.once('exit', resolve))
      process.kill('SIGKILL')
      await ended
      await rm(home, { recursive: true })
    },
  }
}

/** Where it serves. */
function firstLine(process: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    process.once('error', reject)
    process.once('exit', (code) => reject(new Error(`${BERTH} ended with ${code}`)))
    if (!process.stdout) return reject(new Error('it was piped'))
    createInterface(process.stdout).once('line', resolve)
    // What it says later is read too, so that it never waits for a reader.
    process.stdout.resume()
  })
}

async function ready(url: string): Promise<void> {
  while (!(await fetch(`${url}/readyz`)).ok) await new Promise((resolve) => setTimeout(resolve, 10))
}
