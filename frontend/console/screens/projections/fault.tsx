/** A read model that stopped: at which event, why, and what to do. */
import { Alert, Anchor, Button, Group, Stack, Text, Textarea } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconAlertTriangle } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'

import { useCommand } from '../../graphql/command'
import { useFormat } from '../../i18n/format'
import { carryOut } from '../../ui/carry-out'
import { CopyButton } from '../../ui/copy'
import { Dialog } from '../../ui/dialog'
import { FormEnd } from '../../ui/form-end'
import { refusalAt } from '../../ui/states'
import { say } from '../../ui/toast'
import { type ReadModel, Retry, Skip } from './documents'
import { words } from './words'

interface StoppedProps {
  name: string
  fault: NonNullable<ReadModel['fault']>
  mayAdminister: boolean
}

export function Stopped({ name, fault, mayAdminister }: StoppedProps) {
  const said = words.use()
  const format = useFormat()
  const [asked, asking] = useDisclosure()
  const { position, message, event } = fault
  return (
    <Alert
      color="red"
      variant="outline"
      icon={<IconAlertTriangle />}
      title={`${said.stoppedAt(format.count(Number(position)))}${event ? ` · ${event.type}` : ''}`}
      role="alert"
    >
      <Stack gap="xs">
        {event && <Text size="sm">{event.summary}</Text>}
        <Text size="sm" className="mono" style={{ wordBreak: 'break-word' }}>
          {message} <CopyButton text={message} />
        </Text>
        <Text size="sm">{said.goesOn}</Text>
        {mayAdminister && (
          <Group gap="xs">
            <Anchor component={Link} to="/events" search={{ position } as never} size="sm">
              {said.seeEvent}
            </Anchor>
            <Button size="xs" variant="default" onClick={() => retry(name)}>
              {said.retry}
            </Button>
            <Button size="xs" variant="default" onClick={asking.open}>
              {said.skip}
            </Button>
          </Group>
        )}
      </Stack>
      <Dialog opened={asked} onClose={asking.close} title={said.skipTitle(name)}>
        <PassOver name={name} position={position} done={asking.close} />
      </Dialog>
    </Alert>
  )
}

/** Cannot be taken back, so it is asked for, and why. */
function PassOver({ name, position, done }: { name: string; position: string; done: () => void }) {
  const said = words.use()
  const [reason, setReason] = useState('')
  const { run, ...command } = useCommand(Skip)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (await run({ input: { name, position, reason } })) done()
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{said.skipText(position)}</Text>
        <Textarea
          data-autofocus
          required
          label={said.reason}
          description={said.reasonHint}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          error={refusalAt(command.refusals, 'reason')}
        />
        <FormEnd command={command} does={said.skip} known={['reason']} close={done} place="dialog" />
      </Stack>
    </form>
  )
}

async function retry(name: string): Promise<void> {
  if (await carryOut(Retry, { input: { name } })) say(words.now().retried(name))
}
