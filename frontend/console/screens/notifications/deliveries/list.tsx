/** What was sent, to whom, and whether it arrived. */
import { Button, Group, Select, Title } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo } from 'react'

import type { NotificationDeliveryState } from '../../../graphql/enums'
import { enums } from '../../../i18n/enums'
import { Empty, Failed, NoneFits, Waiting } from '../../../ui/states'
import type { Channel } from '../documents'
import classes from './deliveries.module.css'
import { DeliveryRow } from './delivery-row'
import type { Filter } from './documents'
import { useDeliveries } from './use-deliveries'
import { words } from './words'

const route = getRouteApi('/notifications')

const STATES: NotificationDeliveryState[] = ['PENDING', 'SENDING', 'RETRYING', 'DELIVERED', 'FAILED']
const FIRST = 50

interface ListProps {
  channels: Channel[]
  /** Something came of a delivery. */
  onChange: () => void
}

export function DeliveryList({ channels, onChange }: ListProps) {
  const said = words.use()
  const { state, channel } = route.useSearch()
  const go = route.useNavigate()
  const filter = useMemo(() => filterOf(state, channel), [state, channel])
  const { list, fault, again, asking, older } = useDeliveries(filter, FIRST, onChange)
  return (
    <section aria-labelledby="deliveries">
      <Group justify="space-between" gap="sm" mb="sm">
        <Title order={2} size="h4" id="deliveries">
          {said.title}
        </Title>
        <Filters channels={channels} />
      </Group>
      {fault && <Failed fault={fault} again={again} />}
      {!list && !fault && <Waiting />}
      {list?.length === 0 &&
        (state || channel ? (
          <NoneFits title={said.none} clear={() => go({ search: {} })} />
        ) : (
          <Empty title={said.empty}>{said.emptyText}</Empty>
        ))}
      {list && list.length > 0 && (
        <div className="card">
          <ul className={classes.list}>
            {list.map((delivery) => (
              <DeliveryRow key={delivery.id} delivery={delivery} withTask />
            ))}
          </ul>
        </div>
      )}
      {older && (
        <Button variant="default" size="xs" mt="xs" loading={asking} onClick={older}>
          {said.older}
        </Button>
      )}
    </section>
  )
}

function Filters({ channels }: { channels: Channel[] }) {
  const said = words.use()
  const { delivery } = enums.use()
  const { state, channel } = route.useSearch()
  const go = route.useNavigate()
  const change = (change: { state?: string | undefined; channel?: string | undefined }) =>
    go({ search: (before) => ({ ...before, ...change }), replace: true })
  return (
    <Group gap="xs">
      <Select
        size="sm"
        w={150}
        aria-label={said.ofState}
        placeholder={said.anyState}
        clearable
        data={STATES.map((each) => ({ value: each.toLowerCase(), label: delivery[each] }))}
        value={state ?? null}
        onChange={(state) => change({ state: state ?? undefined })}
      />
      <Select
        size="sm"
        w={180}
        aria-label={said.ofChannel}
        placeholder={said.anyChannel}
        clearable
        searchable
        data={channels.map(({ id, name }) => ({ value: id, label: name }))}
        value={channel ?? null}
        onChange={(channel) => change({ channel: channel ?? undefined })}
      />
    </Group>
  )
}

/** What an address says that is no state is left out. */
function filterOf(state: string | undefined, channel: string | undefined): Filter {
  const words = (state ?? '').split(',').map((word) => word.toUpperCase())
  const states = STATES.filter((each) => words.includes(each))
  return { ...(states.length > 0 && { state: states }), ...(channel && { channelId: [channel] }) }
}
