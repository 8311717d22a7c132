/** Who is told of what, and whether it arrived. */
import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'

import { useSpaced } from '../../store/spaced'
import { useMay } from '../../store/viewer'
import { Page } from '../../ui/page'
import { Empty, Failed, Waiting } from '../../ui/states'
import { ChannelCard } from './card'
import { DeliveryList } from './deliveries/list'
import { Channels } from './documents'
import { ChannelDrawer } from './form/drawer'
import classes from './notifications.module.css'
import { useChannels } from './use-channels'
import { words } from './words'

const CLI = 'berth channel list'
const CLI_ADD = 'berth channel set telegram ops --chat-id -100… --bot-token-file bot'

/** `?open=new`, or the id of the channel that is edited. */
const NEW = 'new'

/** Channels are asked for again so long after something came of a delivery. */
const SPACING_MS = 1_000

const route = getRouteApi('/notifications')

export function Notifications() {
  const said = words.use()
  const { channels, fault, again, put, drop } = useChannels()
  const channelsSoon = useSpaced(again, SPACING_MS)
  const mayAdminister = useMay('ADMINISTER')
  const { open } = route.useSearch()
  const go = route.useNavigate()
  const show = (open?: string) => void go({ search: (search) => ({ ...search, open }) })
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
      {fault && <Failed fault={fault} again={again} />}
      {!channels && !fault && <Waiting rows={2} height={140} />}
      {channels?.length === 0 && <Nobody add={add} />}
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
      {channels && channels.length > 0 && <DeliveryList channels={channels} onChange={channelsSoon} />}
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

function Nobody({ add }: { add: ReactNode }) {
  const said = words.use()
  const mayAdminister = useMay('ADMINISTER')
  return (
    <Empty title={said.emptyTitle} action={add} {...(mayAdminister && { cli: CLI_ADD })}>
      {mayAdminister ? said.emptyText : said.readOnly}
    </Empty>
  )
}
