/** One message, before anything is saved or after, and what the other side said of it. */
import { Alert, Button, Group, Text } from '@mantine/core'
import { IconSend } from '@tabler/icons-react'
import { useState } from 'react'

import { useCommand } from '../../../graphql/command'
import type { VariablesOf } from '../../../graphql/graphql'
import { useFormat } from '../../../i18n/format'
import { CopyButton } from '../../../ui/copy'
import { Mark } from '../../../ui/mark'
import { Failed } from '../../../ui/states'
import { ChannelTest, type Tested } from '../documents'
import { words } from './words'

type Input = VariablesOf<typeof ChannelTest>['input']

export function useTrial() {
  const { run, forget, ...command } = useCommand(ChannelTest)
  const [tested, setTested] = useState<Tested>()
  return {
    ...command,
    tested,
    async run(input: Input) {
      setTested(undefined)
      setTested((await run({ input }))?.notificationChannelTest)
    },
    forget() {
      setTested(undefined)
      forget()
    },
  }
}

interface TrialProps {
  trial: Pick<ReturnType<typeof useTrial>, 'busy' | 'fault' | 'tested'>
  test: () => void
}

export function Trial({ trial: { busy, fault, tested }, test }: TrialProps) {
  const said = words.use()
  return (
    <div>
      <Group gap="sm">
        <Button
          variant="default"
          loading={busy}
          leftSection={<IconSend size={16} aria-hidden />}
          onClick={test}
        >
          {said.test}
        </Button>
        <Text size="sm" c="dimmed">
          {said.testHint}
        </Text>
      </Group>
      {fault && <Failed fault={fault} />}
      <div role="status">{tested && <Outcome tested={tested} />}</div>
    </div>
  )
}

export function Outcome({ tested: { worked, status, words: theirs, durationMs } }: { tested: Tested }) {
  const said = words.use()
  const format = useFormat()
  return (
    <Alert color={worked ? 'green' : 'red'} variant="outline" mt="sm" role="note">
      <Group gap="xs" className="figures">
        <Mark tone={worked ? 'got' : 'fault'}>{worked ? said.tested : said.testFailed}</Mark>
        {status !== null && <span>{status}</span>}
        {durationMs !== null && durationMs > 0 && <span>{format.milliseconds(durationMs)}</span>}
      </Group>
      {theirs && (
        <Text size="sm" className="mono" style={{ overflowWrap: 'anywhere' }}>
          “{theirs}” <CopyButton text={theirs} />
        </Text>
      )}
    </Alert>
  )
}
