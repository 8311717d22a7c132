/** The fields of each kind. What the server refused stands beneath its field. */
import {
  Checkbox,
  Group,
  NumberInput,
  PasswordInput,
  Select,
  Stack,
  TagsInput,
  TextInput,
} from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'

import type { Refusal } from '../../graphql/command'
import { pathOf, refusalAt } from '../../ui/states'
import type { Channel } from './documents'
import { type Draft, kindOf } from './draft'
import { words } from './words'

interface FieldsProps {
  form: UseFormReturnType<Draft>
  /** The channel as it is kept. */
  channel: Channel | undefined
  refusals: Refusal[]
}

export function Fields({ form, channel, refusals }: FieldsProps) {
  const { kind } = form.values
  // Secrets of another kind are forgotten by saving.
  const kept = channel && kindOf(channel) === kind ? channel.config : undefined
  const field = (path: string) => ({
    ...form.getInputProps(path),
    error: refusalAt(refusals, `config.${path}`),
  })
  switch (kind) {
    case 'telegram':
      return (
        <Telegram
          field={field}
          kept={kept?.__typename === 'TelegramConfig' ? kept.botTokenMasked : undefined}
        />
      )
    case 'dingTalk':
      return (
        <DingTalk field={field} form={form} kept={kept?.__typename === 'DingTalkConfig' ? kept : undefined} />
      )
    case 'email':
      return (
        <Email
          field={field}
          form={form}
          refusals={refusals}
          hasPassword={kept?.__typename === 'EmailConfig' && kept.hasPassword}
        />
      )
    case 'webhook':
      return (
        <Webhook field={field} form={form} signed={kept?.__typename === 'WebhookConfig' && kept.signed} />
      )
  }
}

type Field = (path: string) => ReturnType<FieldsProps['form']['getInputProps']>

function Telegram({ field, kept }: { field: Field; kept: string | undefined }) {
  const said = words.use()
  return (
    <>
      <PasswordInput
        label={said.botToken}
        description={kept ? said.kept(kept) : said.botTokenHint}
        required={!kept}
        autoComplete="off"
        {...field('telegram.botToken')}
      />
      <TextInput label={said.chatId} description={said.chatIdHint} required {...field('telegram.chatId')} />
      <TextInput
        label={said.apiBase}
        description={said.apiBaseHint}
        required
        {...field('telegram.apiBase')}
      />
    </>
  )
}

function DingTalk({
  field,
  form,
  kept,
}: {
  field: Field
  form: FieldsProps['form']
  kept: { webhookMasked: string; signed: boolean } | undefined
}) {
  const said = words.use()
  return (
    <>
      <PasswordInput
        label={said.webhookUrl}
        description={kept ? said.kept(kept.webhookMasked) : said.dingTalkHint}
        required={!kept}
        autoComplete="off"
        {...field('dingTalk.webhook')}
      />
      <Spare
        label={said.signingSecret}
        hint={said.dingTalkSecretHint}
        kept={kept?.signed ?? false}
        field={field('dingTalk.secret')}
        without={form.getInputProps('dingTalk.withoutSecret', { type: 'checkbox' })}
      />
    </>
  )
}

function Webhook({ field, form, signed }: { field: Field; form: FieldsProps['form']; signed: boolean }) {
  const said = words.use()
  return (
    <>
      <TextInput
        label={said.address}
        description={said.addressHint}
        placeholder="https://"
        required
        {...field('webhook.url')}
      />
      <Spare
        label={said.signingSecret}
        hint={`${said.optional} ${said.webhookSecretHint}`}
        kept={signed}
        field={field('webhook.secret')}
        without={form.getInputProps('webhook.withoutSecret', { type: 'checkbox' })}
      />
    </>
  )
}

function Email({
  field,
  form,
  refusals,
  hasPassword,
}: {
  field: Field
  form: FieldsProps['form']
  refusals: Refusal[]
  hasPassword: boolean
}) {
  const said = words.use()
  const { TLS, STARTTLS, NONE } = said.securities
  return (
    <>
      <Group gap="sm" align="flex-start">
        <TextInput
          label={said.host}
          required
          flex="1 1 12rem"
          placeholder="smtp.example.com"
          {...field('email.host')}
        />
        <NumberInput label={said.port} required w="6rem" hideControls {...field('email.port')} />
        <Select
          label={said.security}
          w="9rem"
          allowDeselect={false}
          data={[
            { value: 'TLS', label: TLS },
            { value: 'STARTTLS', label: STARTTLS },
            { value: 'NONE', label: NONE },
          ]}
          {...field('email.security')}
        />
      </Group>
      <TextInput
        label={said.username}
        description={said.usernameHint}
        autoComplete="off"
        {...field('email.username')}
      />
      <Spare
        label={said.password}
        hint={said.optional}
        kept={hasPassword}
        field={field('email.password')}
        without={form.getInputProps('email.withoutPassword', { type: 'checkbox' })}
      />
      <TextInput label={said.from} required placeholder="berth@example.com" {...field('email.from')} />
      <TagsInput
        label={said.to}
        description={said.toHint}
        required
        splitChars={[',', ';', ' ', '，', '；']}
        {...field('email.to')}
        error={refusedWithin(refusals, 'config.email.to')}
      />
    </>
  )
}

/** A secret that a channel can do without. */
function Spare({
  label,
  hint,
  kept,
  field,
  without,
}: {
  label: string
  hint: string
  kept: boolean
  field: ReturnType<Field>
  without: { checked?: boolean }
}) {
  const said = words.use()
  return (
    <Stack gap={6}>
      <PasswordInput
        label={label}
        description={kept ? said.keptHidden : hint}
        autoComplete="off"
        {...field}
        disabled={without.checked ?? false}
      />
      {kept && <Checkbox size="xs" label={said.without} {...without} />}
    </Stack>
  )
}

/** What was refused of a list, or of one of its items. */
function refusedWithin(refusals: Refusal[], path: string): string | undefined {
  const said = refusals.filter(({ field }) => `${pathOf(field)}.`.startsWith(`${path}.`))
  return said.length > 0 ? said.map(({ message }) => message).join(' ') : undefined
}
