/** The whole log as a file. */
import { Button, Menu, Stack, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useState } from 'react'

import { token } from '../../../common/caller'
import { withCaller } from '../../graphql/client'
import { useFormat } from '../../i18n/format'
import { Copyable } from '../../ui/copy'
import { Dialog } from '../../ui/dialog'
import { saveFile } from '../../ui/save-file'
import { say, sayFault } from '../../ui/toast'
import type { LogHead } from './head'
import { words } from './words'

/** What a browser holds in memory without groaning. */
const SMALL = 32 * 1_024 * 1_024

/** Shall identifiers and addresses be masked? */
type How = 'plain' | 'masked'

const PATH: Record<How, string> = { plain: '/api/events.jsonl', masked: '/api/events.jsonl?redact=true' }
const COMMAND: Record<How, string> = {
  plain: 'berth events export events.jsonl.zst',
  masked: 'berth events export events.jsonl.zst --redact',
}

/** A link sends the cookie, but no token: with one, the page fetches it, or says the command where it is too much for that. */
export function Download({ head: { sizeBytes } }: { head: LogHead }) {
  const said = words.use()
  const format = useFormat()
  const [shown, setShown] = useState<How>()
  const byToken = token.now() !== null
  const pick = (how: How) => (sizeBytes > SMALL ? setShown(how) : void save(PATH[how]))
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />}>
            {said.download}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {(['plain', 'masked'] as const).map((how) => {
            const label = how === 'plain' ? said.downloadAll : said.downloadMasked
            return byToken ? (
              <Menu.Item key={how} onClick={() => pick(how)}>
                {label}
              </Menu.Item>
            ) : (
              <Menu.Item key={how} component="a" href={PATH[how]} download="events.jsonl">
                {label}
              </Menu.Item>
            )
          })}
        </Menu.Dropdown>
      </Menu>
      <Dialog opened={shown !== undefined} onClose={() => setShown(undefined)} title={said.download}>
        <Stack gap="sm">
          <Text size="sm">{said.downloadText(format.bytes(sizeBytes))}</Text>
          {shown && <Copyable text={COMMAND[shown]} />}
        </Stack>
      </Dialog>
    </>
  )
}

async function save(path: string): Promise<void> {
  say(words.now().downloading)
  try {
    const answer = await fetch(path, withCaller({}))
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
    saveFile('events.jsonl', await answer.blob())
  } catch (error) {
    sayFault({ message: error instanceof Error ? error.message : String(error) })
  }
}
