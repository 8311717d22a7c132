/** What there is for backups: the command line, and the log as a stream. */
import { Button, Text } from '@mantine/core'
import type { ReactNode } from 'react'

import { token } from '../../../../common/caller'
import { Copyable } from '../../../ui/copy'
import { Part, Section } from '../section'
import { words } from './words'

const EVENTS = '/api/events.jsonl?after=0'

export function BackupSection() {
  const said = words.use()
  // A token goes along with our requests only; a link of the browser's own would come as a stranger.
  const download = !token.now() && (
    <Button component="a" variant="default" href={EVENTS} download="events.jsonl">
      {said.download}
    </Button>
  )
  return (
    <Section id="backup" title={said.backup} note={said.backupNote}>
      <Part title={said.backupMake} note={said.backupKey}>
        <Command>berth admin backup berth.db.zst</Command>
      </Part>
      <Part title={said.restore} note={said.restoreNote}>
        <Command>berth admin restore berth.db.zst --data-dir ./restored</Command>
        <Text size="sm" c="dimmed" component="div">
          {said.postgres} <Copyable text="berth admin hold" />
        </Text>
      </Part>
      <Part title={said.export} note={said.exportNote} action={download}>
        <Command>berth events export log.jsonl.zst</Command>
        <Command>{`curl -H "Authorization: Bearer $BERTH_TOKEN" "${location.origin}${EVENTS}"`}</Command>
      </Part>
    </Section>
  )
}

function Command({ children }: { children: string }): ReactNode {
  return (
    <div>
      <Copyable text={children} />
    </div>
  )
}
