/** The fields of each kind. What the server refused stands beneath its field. */
import { Checkbox, Textarea, TextInput } from '@mantine/core'
import type { FunctionComponent } from 'react'

import type { Kind } from '../kinds'
import { useChannelForm, useField } from './context'
import { Email } from './email'
import { Needed, Spare } from './secret-field'
import { words } from './words'

export function KindFields() {
  const { form } = useChannelForm()
  const Fields = FIELDS[form.values.kind]
  return <Fields />
}

const FIELDS: Record<Kind, FunctionComponent> = {
  telegram: Telegram,
  dingTalk: DingTalk,
  email: Email,
  webhook: Webhook,
  slack: Slack,
  feishu: Feishu,
  bark: Bark,
  serverChan: ServerChan,
  template: Template,
}

function Telegram() {
  const said = words.use()
  const { kept } = useChannelForm()
  const { field, check, error } = useField()
  const telegram = kept?.__typename === 'TelegramConfig' ? kept : undefined
  return (
    <>
      <Needed
        path="telegram.botToken"
        label={said.botToken}
        hint={said.botTokenHint}
        kept={telegram?.botTokenMasked}
      />
      <TextInput label={said.chatId} description={said.chatIdHint} required {...field('telegram.chatId')} />
      <TextInput
        label={said.apiBase}
        description={said.apiBaseHint}
        required
        {...field('telegram.apiBase')}
      />
      <Spare
        path="telegram.proxy"
        without="telegram.withoutProxy"
        label={said.proxy}
        hint={said.proxyHint}
        kept={telegram?.proxyMasked ?? false}
      />
      <Checkbox
        label={said.control}
        description={said.controlHint}
        error={error('telegram.control')}
        {...check('telegram.control')}
      />
    </>
  )
}

function DingTalk() {
  const said = words.use()
  const { kept } = useChannelForm()
  const dingTalk = kept?.__typename === 'DingTalkConfig' ? kept : undefined
  return (
    <>
      <Needed
        path="dingTalk.webhook"
        label={said.webhookUrl}
        hint={said.dingTalkHint}
        kept={dingTalk?.webhookMasked}
      />
      <Spare
        path="dingTalk.secret"
        without="dingTalk.withoutSecret"
        label={said.signingSecret}
        hint={said.dingTalkSecretHint}
        kept={dingTalk?.signed ?? false}
      />
    </>
  )
}

function Feishu() {
  const said = words.use()
  const { kept } = useChannelForm()
  const feishu = kept?.__typename === 'FeishuConfig' ? kept : undefined
  return (
    <>
      <Needed
        path="feishu.webhook"
        label={said.webhookUrl}
        hint={said.feishuHint}
        kept={feishu?.webhookMasked}
      />
      <Spare
        path="feishu.secret"
        without="feishu.withoutSecret"
        label={said.signingSecret}
        hint={said.feishuSecretHint}
        kept={feishu?.signed ?? false}
      />
    </>
  )
}

function Slack() {
  const said = words.use()
  const { kept } = useChannelForm()
  const slack = kept?.__typename === 'SlackConfig' ? kept : undefined
  return (
    <Needed path="slack.webhook" label={said.webhookUrl} hint={said.slackHint} kept={slack?.webhookMasked} />
  )
}

function Bark() {
  const said = words.use()
  const { kept } = useChannelForm()
  const { field } = useField()
  const bark = kept?.__typename === 'BarkConfig' ? kept : undefined
  return (
    <>
      <Needed
        path="bark.deviceKey"
        label={said.deviceKey}
        hint={said.deviceKeyHint}
        kept={bark?.deviceKeyMasked}
      />
      <TextInput label={said.server} description={said.barkHint} required {...field('bark.server')} />
    </>
  )
}

function ServerChan() {
  const said = words.use()
  const { kept } = useChannelForm()
  const serverChan = kept?.__typename === 'ServerChanConfig' ? kept : undefined
  return (
    <Needed
      path="serverChan.sendKey"
      label={said.sendKey}
      hint={said.sendKeyHint}
      kept={serverChan?.sendKeyMasked}
    />
  )
}

function Webhook() {
  const said = words.use()
  const { kept } = useChannelForm()
  const { field } = useField()
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
        path="webhook.secret"
        without="webhook.withoutSecret"
        label={said.signingSecret}
        hint={said.webhookSecretHint}
        kept={kept?.__typename === 'WebhookConfig' && kept.signed}
      />
    </>
  )
}

/** As the server fills them in. */
const PLACEHOLDERS = '{{title}} {{text}} {{severity}} {{topic}} {{id}} {{time}}'

function Template() {
  const said = words.use()
  const { kept } = useChannelForm()
  const { field } = useField()
  const template = kept?.__typename === 'TemplateConfig' ? kept : undefined
  return (
    <>
      <Needed path="template.url" label={said.address} hint={said.templateHint} kept={template?.urlMasked} />
      <TextInput label={said.contentType} required {...field('template.contentType')} />
      <Textarea
        label={said.body}
        description={`${said.bodyHint} ${PLACEHOLDERS}`}
        required
        autosize
        minRows={4}
        maxRows={14}
        spellCheck={false}
        classNames={{ input: 'mono' }}
        {...field('template.body')}
      />
      <Spare
        path="template.secret"
        without="template.withoutSecret"
        label={said.signingSecret}
        hint={said.webhookSecretHint}
        kept={template?.signed ?? false}
      />
    </>
  )
}
