import { Checkbox, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'

import { useCommand } from '../../graphql/command'
import type { NotificationTopic } from '../../graphql/enums'
import { enums } from '../../i18n/enums'
import { SideDrawer } from '../../ui/dialog'
import { FormEnd } from '../../ui/form-end'
import { pathOf, refusalAt } from '../../ui/states'
import { say } from '../../ui/toast'
import { words as common } from '../../ui/words'
import { type Channel, ChannelUpsert } from './documents'
import { draftOf, inputOf, KINDS, type Kind } from './draft'
import { Fields } from './fields'
import { words } from './words'

const TOPICS: NotificationTopic[] = [
  'TASK_SUCCEEDED',
  'TASK_FAILED',
  'ACCOUNT_AUTH_FAILED',
  'SYSTEM_ALERT',
  'DAILY_DIGEST',
]

interface DrawerProps {
  /** What the address says is open. */
  open: string | undefined
  channel: Channel | undefined
  isNew: boolean
  close: () => void
  put: (channel: Channel) => void
}

export function ChannelDrawer({ open, channel, isNew, close, put }: DrawerProps) {
  const said = words.use()
  return (
    <SideDrawer
      opened={open !== undefined}
      onClose={close}
      // What was typed is not lost by a slip of the hand.
      closeOnClickOutside={false}
      title={channel ? said.editTitle(channel.name) : said.newTitle}
    >
      {channel || isNew ? (
        <ChannelForm key={open} channel={channel} close={close} put={put} />
      ) : (
        <Text>{said.gone}</Text>
      )}
    </SideDrawer>
  )
}

function ChannelForm({ channel, close, put }: Pick<DrawerProps, 'channel' | 'close' | 'put'>) {
  const said = words.use()
  const { save } = common.use()
  const { topic } = enums.use()
  const { run, ...command } = useCommand(ChannelUpsert)
  const form = useForm({ initialValues: draftOf(channel) })
  const { kind } = form.values
  const submit = form.onSubmit(async (draft) => {
    const told = await run({ input: inputOf(draft, channel) })
    const saved = told?.notificationChannelUpsert.channel
    if (!saved) return
    put(saved)
    say(said.saved(saved.name))
    close()
  })
  const shown = command.refusals
    .map(({ field }) => pathOf(field))
    .filter((path) => /^(name|topics|config\..+)$/.test(path))
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <SegmentedControl
          aria-label={said.kindLabel}
          fullWidth
          data={KINDS.map((kind) => ({ value: kind, label: said.kind[kind] }))}
          value={kind}
          onChange={(kind) => form.setFieldValue('kind', kind as Kind)}
        />
        <TextInput
          label={said.name}
          description={said.nameHint}
          required
          data-autofocus
          {...form.getInputProps('name')}
          error={refusalAt(command.refusals, 'name')}
        />
        <Fields form={form} channel={channel} refusals={command.refusals} />
        <Checkbox.Group
          label={said.topics}
          {...form.getInputProps('topics')}
          error={refusalAt(command.refusals, 'topics')}
        >
          <Group gap="md" mt={6}>
            {TOPICS.map((each) => (
              <Checkbox key={each} value={each} label={topic[each]} />
            ))}
          </Group>
        </Checkbox.Group>
        <Checkbox label={said.use} {...form.getInputProps('enabled', { type: 'checkbox' })} />
        <FormEnd command={command} does={save} known={shown} close={close} place="dialog" />
      </Stack>
    </form>
  )
}
