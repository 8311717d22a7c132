import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const BERTH = process.env.BERTH ?? join(import.meta.dirname, '../../../target/debug/berth')

/** A real server on a data directory of its own, at a free port. */
export interface Server {
  url: string
  token: string
  /** Where the first user is made: the link that it prints. */
  link: string
  stop(): Promise<void>
}

/** A made-up cloud: where it is, and what opens it. */
export interface Cloud {
  url: string
  /** As in `~/.oci/config`. */
  config: string
  key: string
  stop(): Promise<void>
}

/** `settings` are as after `--set`. */
export async function startServer(settings: string[] = []): Promise<Server> {
  const home = await mkdtemp(join(tmpdir(), 'berth-'))
  const data = join(home, 'data')
  const flags = settings.flatMap((setting) => ['--set', setting])
  const child = start(['serve', '--bind', '127.0.0.1:0', '--data-dir', data, ...flags], home)
  const said = lines(child)
  const url = await said.first
  await ready(url)
  return {
    url,
    token: (await readFile(join(data, 'token'), 'utf8')).trim(),
    link: said.all.find((line) => line.startsWith('open '))?.slice(5) ?? '',
    stop: () => end(child, home),
  }
}

/** A cloud of some tenancies that answers launches as the script says: see `docs/simulator.md`. */
export async function startCloud(script: string, tenants = 1): Promise<Cloud> {
  const home = await mkdtemp(join(tmpdir(), 'berth-cloud-'))
  await writeFile(join(home, 'script.toml'), script)
  const dir = join(home, 'cloud')
  const flags = ['--bind', '127.0.0.1:0', '--dir', dir, '--script', join(home, 'script.toml')]
  const child = start(['sim', 'oci', ...flags, '--tenants', String(tenants)], home)
  const url = await lines(child).first
  return {
    url,
    config: await readFile(join(dir, 'config'), 'utf8'),
    key: await readFile(join(dir, 'key.pem'), 'utf8'),
    stop: () => end(child, home),
  }
}

/** What lets a server speak to it in place of Oracle. */
export const speakingTo = (cloud: Cloud) => [`oci.endpoint=${cloud.url}`, 'outbound.allow=loopback']

function start(flags: string[], home: string): ChildProcess {
  const env = { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8' }
  return spawn(BERTH, flags, { cwd: home, env, stdio: ['ignore', 'pipe', 'inherit'] })
}

async function end(child: ChildProcess, home: string): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
  await rm(home, { recursive: true })
}

/** Everything that it says is read, so that it never waits for a reader. The first line is where it serves. */
function lines(child: ChildProcess): { first: Promise<string>; all: string[] } {
  const all: string[] = []
  const first = new Promise<string>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${BERTH} ended with ${code}`)))
    if (!child.stdout) return reject(new Error('it was piped'))
    createInterface(child.stdout).on('line', (line) => {
      all.push(line)
      resolve(all[0] ?? '')
    })
  })
  return { first, all }
}

async function ready(url: string): Promise<void> {
  while (!(await fetch(`${url}/readyz`)).ok) await new Promise((resolve) => setTimeout(resolve, 10))
}
