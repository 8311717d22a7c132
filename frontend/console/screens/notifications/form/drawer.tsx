import { Checkbox, Chip, Group, Input, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'

import { useCommand } from '../../../graphql/command'
import { useLanguage } from '../../../i18n/language'
import { SideDrawer } from '../../../ui/dialog'
import { FormEnd } from '../../../ui/form-end'
import { pathOf } from '../../../ui/states'
import { say } from '../../../ui/toast'
import { words as common } from '../../../ui/words'
import { type Channel, ChannelUpsert } from '../documents'
import { KINDS, type Kind, kindOf } from '../kinds'
import { words as screen } from '../words'
import { ChannelFormProvider, isShown, useChannelForm, useField } from './context'
import { configOf, draftOf, inputOf } from './draft'
import { KindFields } from './kind-fields'
import { Routing } from './routing'
import { Trial, useTrial } from './trial'
import { words } from './words'

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
  const { run, ...saving } = useCommand(ChannelUpsert)
  const trial = useTrial()
  const language = useLanguage() === 'en' ? 'ENGLISH' : 'CHINESE'
  const form = useForm({ initialValues: draftOf(channel, language) })
  const submit = form.onSubmit(async (draft) => {
    trial.forget()
    const told = await run({ input: inputOf(draft, channel) })
    const saved = told?.notificationChannelUpsert.channel
    if (!saved) return
    put(saved)
    say(said.saved(saved.name))
    close()
  })
  const test = () => {
    saving.forget()
    void trial.run({ ...(channel && { id: channel.id }), config: configOf(form.getValues()) })
  }
  const refusals = [...saving.refusals, ...trial.refusals]
  // Secrets of another kind are forgotten by saving.
  const kept = channel && kindOf(channel) === form.values.kind ? channel.config : undefined
  return (
    <ChannelFormProvider value={{ form, kept, refusals }}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <Which />
          <KindFields />
          <Trial trial={trial} test={test} />
          <Routing />
          <Checkbox label={said.use} {...form.getInputProps('enabled', { type: 'checkbox' })} />
          <FormEnd
            command={{ ...saving, refusals }}
            does={save}
            known={refusals.map(({ field }) => pathOf(field)).filter(isShown)}
            close={close}
            place="dialog"
          />
        </Stack>
      </form>
    </ChannelFormProvider>
  )
}

/** What it is called, and how it reaches somebody. */
function Which() {
  const said = words.use()
  const { kind: kinds } = screen.use()
  const { form } = useChannelForm()
  const { field } = useField()
  return (
    <>
      <TextInput label={said.name} description={said.nameHint} required data-autofocus {...field('name')} />
      <Input.Wrapper label={said.kindLabel} labelElement="div">
        <Chip.Group value={form.values.kind} onChange={(kind) => form.setFieldValue('kind', kind as Kind)}>
          <Group gap={6} mt={4} role="radiogroup" aria-label={said.kindLabel}>
            {KINDS.map((kind) => (
              <Chip key={kind} value={kind} size="sm" variant="outline">
                {kinds[kind]}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </Input.Wrapper>
    </>
  )
}
