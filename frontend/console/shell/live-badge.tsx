import { Alert, Button, Code, Popover, Stack, Text, UnstyledButton } from '@mantine/core'

import { useEffect } from 'react'

import { useTicks } from '../graphql/clock'
import { type Liveness, link, liveness } from '../graphql/link'
import { paused, togglePause, waiting } from '../graphql/pausing'
import { useFormat } from '../i18n/format'
import { useValue } from '../store/value'
import { Mark } from '../ui/mark'
import { words } from './words'

const TONE = { live: 'got', connecting: 'throttled', silent: 'fault' } as const satisfies Record<
  Liveness,
  string
>

const NGINX = `proxy_http_version 1.1;
proxy_set_header Upgrade $http_upgrade;
proxy_set_header Connection "upgrade";`

/** Says when the server was last heard, and nothing that it does not know. */
export function LiveBadge() {
  const now = useTicks()
  const heard = useValue(link)
  const { heardAt } = heard
  const is = liveness(heard, now)
  // By an attribute, so that the page is not drawn anew each second to find out.
  useEffect(() => {
    document.documentElement.toggleAttribute('data-stale', is === 'silent')
  }, [is])
  const format = useFormat()
  const said = words.use()
  const age = heardAt === null ? null : Math.max(0, Math.round((now - heardAt) / 1_000))
  const stopped = heardAt === null ? said.connecting : said.stoppedAt(format.clock(heardAt))
  const text = is === 'live' ? said.live : is === 'connecting' ? said.connecting : stopped
  return (
    <Popover width={360} position="bottom" withinPortal>
      <Popover.Target>
        <UnstyledButton
          className="figures"
          data-live={is}
          data-testid="live"
          style={{ fontSize: '0.875rem' }}
        >
          <Mark tone={TONE[is]} sign="●">
            {text}
          </Mark>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown style={{ maxWidth: 'calc(100vw - 2rem)' }}>
        <Stack gap="xs">
          <Text size="sm">{age === null ? said.neverHeard : said.since(age)}</Text>
          {is === 'silent' && (
            <Alert color="yellow" variant="outline">
              <Text size="sm">{said.proxy}</Text>
              <Code block>{NGINX}</Code>
            </Alert>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}

/** Shown only while the page is held. */
export function PausedBadge() {
  const is = useValue(paused)
  const count = useValue(waiting)
  const said = words.use()
  if (!is) return null
  return (
    <Button size="compact-sm" variant="default" onClick={togglePause} className="figures" title={said.goOn}>
      ▮▮ {said.paused(count)}
    </Button>
  )
}
