import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

/** Leaves of every file only what gzip makes of it: the binary embeds that, and no browser takes anything better over plain HTTP. */
export function compress(): Plugin {
  let output = ''
  return {
    name: 'compress',
    apply: 'build',
    configResolved(config) {
      output = join(config.root, config.build.outDir)
    },
    closeBundle() {
      for (const name of readdirSync(output, { recursive: true, encoding: 'utf8' })) {
        const path = join(output, name)
        if (statSync(path).isFile()) compressFile(path)
      }
    },
  }
}

function compressFile(path: string): void {
  writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }))
  rmSync(path)
}
