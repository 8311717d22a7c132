import { Button, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { getRouteApi, useNavigate } from '@tanstack/react-router'

import { useAsk } from '../../graphql/asking'
import { useMay } from '../../store/viewer'
import { Page } from '../../ui/page'
import { Empty, Failed, Waiting } from '../../ui/states'
import { ChannelCard } from './card'
import { type Channel, Channels } from './documents'
import { ChannelDrawer } from './drawer'
import classes from './notifications.module.css'
import { words } from './words'

const CLI = 'berth channel list'
const CLI_ADD = 'berth channel set telegram ops --chat-id -100… --bot-token-file bot'

/** `?open=new`, or the id of the channel that is edited. */
const NEW = 'new'

const route = getRouteApi('/notifications')

export function Notifications() {
  const said = words.use()
  const { data, fault, again, change } = useAsk(Channels, {})
  const mayAdminister = useMay('ADMINISTER')
  const { open } = route.useSearch()
  const go = useNavigate()
  const show = (open?: string) => void go({ to: '/notifications', search: open ? { open } : {} })
  const channels = data?.notificationChannels

  const put = (saved: Channel) =>
    change((data) => ({ ...data, notificationChannels: withRow(data.notificationChannels, saved) }))
  const drop = (id: string) =>
    change((data) => ({
      ...data,
      notificationChannels: data.notificationChannels.filter((channel) => channel.id !== id),
    }))

  const add = mayAdminister && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => show(NEW)}>
      {said.add}
    </Button>
  )
  return (
    <Page
      title={said.title}
      actions={channels && channels.length > 0 && add}
      behind={{ cli: CLI, document: Channels }}
    >
      <Text size="sm" className={classes.notYet}>
        {said.notYet}
      </Text>
      {fault && <Failed fault={fault} again={again} />}
      {!channels && !fault && <Waiting rows={2} height={140} />}
      {channels?.length === 0 && (
        <Empty title={said.emptyTitle} action={add} {...(mayAdminister && { cli: CLI_ADD })}>
          {mayAdminister ? said.emptyText : said.readOnly}
        </Empty>
      )}
      {channels && channels.length > 0 && (
        <ul className={classes.cards}>
          {channels.map((channel) => (
            <ChannelCard
              key={channel.id}
              channel={channel}
              edit={mayAdminister ? () => show(channel.id) : undefined}
              put={put}
              drop={drop}
            />
          ))}
        </ul>
      )}
      {channels && mayAdminister && (
        <ChannelDrawer
          open={open}
          channel={channels.find(({ id }) => id === open)}
          isNew={open === NEW}
          close={() => show()}
          put={put}
        />
      )}
    </Page>
  )
}

/** In its place, or by its name among the others. */
function withRow(channels: Channel[], saved: Channel): Channel[] {
  const rest = channels.filter(({ id }) => id !== saved.id)
  return [...rest, saved].sort((a, b) => a.name.localeCompare(b.name))
}
