import { Button, Group, NativeSelect, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'

import { ask, useAsk } from '../../graphql/asking'
import type { Fault } from '../../graphql/fault'
import { enums } from '../../i18n/enums'
import { useFormat } from '../../i18n/format'
import { Failed, Waiting } from '../../ui/states'
import { When } from '../../ui/when'
import { type Limits, ReadLimits, TenantLimits, type TenantOfPage } from './documents'
import { Meter } from './meter'
import classes from './tenants.module.css'
import { words } from './words'

/** What is left of the cloud's limits in a region, and of what costs nothing. */
export function LimitsCard({ id, regions }: { id: string; regions: TenantOfPage['regions'] }) {
  const said = words.use()
  const [region, setRegion] = useState(regions[0]?.code ?? null)
  const { data, fault, again } = useAsk(TenantLimits, { id, region })
  const { read, reading, unread } = useReading({ id, region }, again)
  const quota = data?.tenant?.quota
  return (
    <section className="card">
      <Group justify="space-between" align="center" mb="xs">
        <Title order={2} size="h5">
          {said.limits}
        </Title>
        <Group gap="xs">
          <NativeSelect
            className={classes.region}
            size="xs"
            aria-label={said.region}
            value={region ?? ''}
            data={regions.map(({ code }) => code)}
            onChange={(event) => setRegion(event.currentTarget.value)}
          />
          <Button size="xs" variant="default" onClick={() => read(true)} loading={reading}>
            {quota ? said.readAgain : said.read}
          </Button>
        </Group>
      </Group>
      {(fault ?? unread) && (
        <Failed fault={(fault ?? unread) as Fault} again={fault ? again : () => read(false)} />
      )}
      {!data && !fault && <Waiting rows={4} height={28} />}
      {data?.tenant && (
        <Stack gap="lg">
          <AlwaysFree rows={data.tenant.alwaysFree} />
          <Quota quota={quota ?? null} />
        </Stack>
      )}
    </section>
  )
}

/** Has the cloud asked; that may take a while, in the tenant's own turns. */
function useReading(of: { id: string; region: string | null }, again: () => void) {
  const [reading, setReading] = useState(false)
  const [unread, setUnread] = useState<Fault>()
  // Where the cloud takes longer than a request waits, the server goes on asking: then it is enough to ask the server.
  const read = async (refresh: boolean) => {
    setReading(true)
    setUnread(undefined)
    try {
      await ask(ReadLimits, { ...of, refresh })
      again()
    } catch (fault) {
      setUnread(fault as Fault)
    } finally {
      setReading(false)
    }
  }
  return { read, reading, unread }
}

function Quota({ quota }: { quota: Limits['quota'] }) {
  const said = words.use()
  const format = useFormat()
  if (!quota)
    return (
      <Text size="sm" c="dimmed">
        {said.noLimits}
      </Text>
    )
  return (
    <Stack gap="xs">
      <Title order={3} size="h6">
        {said.quota}
      </Title>
      {quota.limits.map(({ name, availabilityDomain, used, total }) => (
        <Meter
          key={`${name} ${availabilityDomain}`}
          name={availabilityDomain ? `${name} · ${availabilityDomain}` : name}
          figure={said.of(format.number(used), format.number(total))}
          value={total > 0 ? used / total : 0}
        />
      ))}
      <Text size="sm" c="dimmed">
        {said.asOf} <When at={quota.fetchedAt} />
      </Text>
    </Stack>
  )
}

function AlwaysFree({ rows }: { rows: Limits['alwaysFree'] }) {
  const said = words.use()
  const format = useFormat()
  const { free } = enums.use()
  return (
    <Stack gap="xs">
      <Title order={3} size="h6">
        {said.free}
      </Title>
      {rows.map(({ resource, allowance, used, unit }) => {
        const counted = unit === 'instances' ? said.instances : unit
        const total = `${format.number(allowance)} ${counted}`
        return (
          <Meter
            key={resource}
            name={free[resource]}
            figure={used === null ? said.freeUnknown(total) : said.of(format.number(used), total)}
            value={used === null ? undefined : used / allowance}
            tone={used !== null && used > allowance ? 'orange' : 'cyan'}
          />
        )
      })}
    </Stack>
  )
}
