/** How many alerts are raised, on every screen. */
import { ActionIcon, Indicator } from '@mantine/core'
import { IconBell } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'

import { useAsk } from '../graphql/asking'
import { useFeed } from '../graphql/feed'
import { graphql } from '../graphql/graphql'
import { words } from './words'

const Raised = graphql(`
  query Raised {
    alerts(first: 100, state: RAISED) {
      position
      nodes { id state severity }
    }
  }
`)

const RaisedChanged = graphql(`
  subscription RaisedChanged($after: EventPosition) {
    alertRaised(after: $after) {
      position
      alerts { id state severity }
    }
  }
`)

export function Bell() {
  const said = words.use()
  const { data, change } = useAsk(Raised, {})
  const raised = data?.alerts.nodes ?? []
  useFeed(
    RaisedChanged,
    { variables: { after: data?.alerts.position ?? null }, when: data !== undefined, pausable: false },
    ({ alertRaised: { alerts: changed } }) => {
      const ids = new Set(changed.map(({ id }) => id))
      change(({ alerts }) => ({
        alerts: {
          ...alerts,
          nodes: [
            ...alerts.nodes.filter(({ id }) => !ids.has(id)),
            ...changed.filter(({ state }) => state === 'RAISED'),
          ],
        },
      }))
    },
  )
  const label = raised.length > 0 ? said.raised(raised.length) : said.noneRaised
  const isCritical = raised.some(({ severity }) => severity === 'CRITICAL')
  return (
    <Indicator
      label={raised.length}
      size={16}
      offset={6}
      disabled={raised.length === 0}
      color={isCritical ? 'red.9' : 'orange.9'}
      autoContrast
    >
      <ActionIcon
        component={Link}
        to="/alerts"
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={label}
        title={label}
      >
        <IconBell size={18} />
      </ActionIcon>
    </Indicator>
  )
}
