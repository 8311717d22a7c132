/** The ways to reach somebody. */
import {
  IconBell,
  IconBrandSlack,
  IconBrandTelegram,
  IconBrandWechat,
  IconCode,
  IconFeather,
  IconMail,
  IconMessageBolt,
  IconWebhook,
} from '@tabler/icons-react'

import type { Channel } from './documents'

/** As the input of a channel names them. */
export const KINDS = [
  'telegram',
  'dingTalk',
  'email',
  'webhook',
  'slack',
  'feishu',
  'bark',
  'serverChan',
  'template',
] as const

export type Kind = (typeof KINDS)[number]

export const ICON: Record<Kind, typeof IconMail> = {
  telegram: IconBrandTelegram,
  dingTalk: IconMessageBolt,
  email: IconMail,
  webhook: IconWebhook,
  slack: IconBrandSlack,
  feishu: IconFeather,
  bark: IconBell,
  serverChan: IconBrandWechat,
  template: IconCode,
}

const KIND_OF: Record<Channel['config']['__typename'], Kind> = {
  TelegramConfig: 'telegram',
  DingTalkConfig: 'dingTalk',
  EmailConfig: 'email',
  WebhookConfig: 'webhook',
  SlackConfig: 'slack',
  FeishuConfig: 'feishu',
  BarkConfig: 'bark',
  ServerChanConfig: 'serverChan',
  TemplateConfig: 'template',
}

export const kindOf = ({ config }: Pick<Channel, 'config'>): Kind => KIND_OF[config.__typename]
