import { Group, Stack, Text, Title } from '@mantine/core'

import { useAsk } from '../../graphql/asking'
import { useNow } from '../../graphql/clock'
import { useFormat } from '../../i18n/format'
import { CloudWords } from '../../ui/cloud-words'
import { Countdown } from '../../ui/countdown'
import { Mark } from '../../ui/mark'
import { Failed, Waiting } from '../../ui/states'
import { type Pace, TenantPace } from './documents'
import { Meter } from './meter'
import { useEvery } from './news'
import { words } from './words'

/** No feed tells the pace; it is looked at while somebody looks. */
const ASKING_MS = 5_000

/** How fast it may call its cloud, and why not faster. */
export function PaceCard({ id }: { id: string }) {
  const said = words.use()
  const { data, fault, again } = useAsk(TenantPace, { id })
  useEvery(ASKING_MS, again)
  const pace = data?.tenant?.pace
  return (
    <section className="card">
      <Title order={2} size="h5">
        {said.pace}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {said.paceText}
      </Text>
      {fault && !data && <Failed fault={fault} again={again} />}
      {!data && !fault && <Waiting rows={2} />}
      {pace && (
        <Stack gap="md">
          {[pace.tenancy, ...pace.regions].map((one) => (
            <Row key={one.region ?? ''} pace={one} />
          ))}
        </Stack>
      )}
    </section>
  )
}

function Row({ pace }: { pace: Pace }) {
  const said = words.use()
  const format = useFormat()
  const now = useNow()
  const frozen = pace.frozenUntil && new Date(pace.frozenUntil).getTime() > now ? pace.frozenUntil : undefined
  return (
    <Meter
      name={pace.region ?? said.wholeTenancy}
      figure={said.rate(format.number(pace.rate), format.number(pace.ceiling))}
      value={pace.ceiling > 0 ? pace.rate / pace.ceiling : 0}
      tone={frozen ? 'orange' : 'cyan'}
    >
      {(frozen || pace.waiting > 0) && (
        <Group gap="sm" fz="sm">
          {frozen && (
            <Group gap={6}>
              <Mark tone="throttled">{said.frozen}</Mark>
              <Countdown until={frozen} />
            </Group>
          )}
          {pace.waiting > 0 && <span className="figures">{said.waiting(pace.waiting)}</span>}
        </Group>
      )}
      {pace.reason && (
        <Text size="sm" c="dimmed">
          {said.lastSlowed}
          {': '}
          {pace.reason}
        </Text>
      )}
      {pace.providerError && <CloudWords error={pace.providerError} />}
    </Meter>
  )
}
