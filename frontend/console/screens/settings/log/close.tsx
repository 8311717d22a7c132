import { Button, Group, Text } from '@mantine/core'
import { useState } from 'react'

import { useCommand } from '../../../graphql/command'
import { Mark } from '../../../ui/mark'
import { Failed, Refused } from '../../../ui/states'
import { say } from '../../../ui/toast'
import { words as common } from '../../../ui/words'
import { Part } from '../section'
import { BooksClose, type Closing } from './documents'
import { words } from './words'

/** Nothing is closed before what would be was seen. */
export function Close({ closed }: { closed: () => void }) {
  const said = words.use()
  const { cancel } = common.use()
  const { run, busy, refusals, fault } = useCommand(BooksClose)
  const [would, setWould] = useState<Closing>()
  const look = async () => setWould((await run({ input: { dryRun: true } }))?.booksClose)
  const close = async () => {
    const done = await run({ input: { dryRun: false } })
    if (!done) return
    setWould(undefined)
    say(said.closed(done.booksClose.released))
    closed()
  }
  const action = (
    <Button variant="default" onClick={look} loading={busy && !would}>
      {said.dryRun}
    </Button>
  )
  return (
    <Part title={said.close} note={said.closeNote} action={action}>
      <Refused refusals={refusals} />
      {fault && <Failed fault={fault} />}
      {would && <Would would={would} />}
      {would && would.released > 0 && !would.frozen && (
        <Group gap="sm">
          <Button onClick={close} loading={busy}>
            {said.really}
          </Button>
          <Button variant="default" onClick={() => setWould(undefined)}>
            {cancel}
          </Button>
        </Group>
      )}
    </Part>
  )
}

function Would({ would: { released, standIns, closedThrough, frozen } }: { would: Closing }) {
  const said = words.use()
  return (
    <div role="status">
      <Text size="sm">
        {released === 0 ? said.nothing : said.would(released, closedThrough ?? '0', standIns)}
      </Text>
      {frozen && (
        <Text size="sm" component="div">
          <Mark tone="throttled">{said.frozen}</Mark>: {frozen}
        </Text>
      )}
    </div>
  )
}
