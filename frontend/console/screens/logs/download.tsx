/** All that a filter shows, read in pages and saved as a file by the browser: one object a line, oldest first. */
import { Button, Group, Text } from '@mantine/core'
import { useEffect, useReducer, useRef } from 'react'

import { ask } from '../../graphql/asking'
import type { Fault } from '../../graphql/fault'
import { saveFile } from '../../ui/save-file'
import { Failed } from '../../ui/states'
import { type Filter, LogPage } from './documents'
import { words } from './words'

const AT_ONCE = 500
/** The page holds them all until they are saved: after so many it stops, and what there is can be saved. */
const MOST = 200_000

class Download {
  is: 'idle' | 'running' | 'held' = 'idle'
  fault: Fault | undefined
  /** Newest first, as the pages come. */
  lines: string[] = []
  private filter: Filter = { fold: false }
  private cursor: string | null = null

  constructor(private readonly changed: () => void) {}

  begin(filter: Filter): void {
    if (this.is === 'running') return
    Object.assign(this, { filter, cursor: null, lines: [] })
    void this.goOn()
  }

  async goOn(): Promise<void> {
    this.is = 'running'
    this.fault = undefined
    this.changed()
    try {
      while (this.is === 'running' && (await this.page())) {
        if (this.lines.length >= MOST) this.is = 'held'
        this.changed()
      }
      if (this.is === 'running') this.save()
    } catch (fault) {
      this.fault = fault as Fault
      this.is = 'held'
    }
    this.changed()
  }

  stop(): void {
    if (this.is === 'running') this.is = 'held'
    this.changed()
  }

  discard(): void {
    Object.assign(this, { is: 'idle', lines: [], fault: undefined })
    this.changed()
  }

  save(): void {
    const blob = new Blob([this.lines.reverse().join('')], { type: 'application/x-ndjson' })
    saveFile(`berth-logs-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.jsonl`, blob)
    this.discard()
  }

  private async page(): Promise<boolean> {
    const variables = { filter: this.filter, first: AT_ONCE, after: this.cursor }
    const { nodes, pageInfo } = (await ask(LogPage, variables)).logs
    for (const node of nodes) this.lines.push(`${JSON.stringify(node)}\n`)
    this.cursor = pageInfo.endCursor
    return pageInfo.hasNextPage
  }
}

export type { Download }

export function useDownload(): Download {
  const [, changed] = useReducer((count: number) => count + 1, 0)
  const download = useRef<Download>(undefined)
  download.current ??= new Download(changed)
  useEffect(() => () => download.current?.stop(), [])
  return download.current
}

export function DownloadBar({ download }: { download: Download }) {
  const said = words.use()
  const { is, lines, fault } = download
  if (is === 'idle') return null
  return (
    <>
      {fault && <Failed fault={fault} />}
      <Group gap="xs" className="card">
        <Text size="sm" className="figures">
          {is === 'running' ? said.downloading(lines.length) : said.downloadHeld(lines.length)}
        </Text>
        {is === 'running' ? (
          <Button size="compact-sm" variant="default" onClick={() => download.stop()}>
            {said.stop}
          </Button>
        ) : (
          <>
            <Button size="compact-sm" onClick={() => download.save()}>
              {said.saveSoFar}
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => void download.goOn()}>
              {said.goOn}
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => download.discard()}>
              {said.discard}
            </Button>
          </>
        )}
      </Group>
    </>
  )
}
