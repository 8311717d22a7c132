import { Group, SegmentedControl, Select, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'

import { useAsk } from '../../graphql/asking'
import { toLocal } from '../../i18n/clock'
import type { StatisticsSearch } from '../search'
import { StatisticsPlaces } from './documents'
import { RANGES, rangeOf } from './range'
import { words } from './words'

const DAY_MS = 86_400_000

export function Filters({ search }: { search: StatisticsSearch }) {
  const said = words.use()
  const go = useNavigate()
  const { data } = useAsk(StatisticsPlaces, {})
  const change = (change: StatisticsSearch) =>
    void go({
      to: '/statistics',
      search: ((before: StatisticsSearch) => ({ ...before, ...change })) as never,
      replace: true,
    })
  const tenants = data?.tenants.nodes ?? []
  const regions = [...new Set(tenants.flatMap(({ regions }) => regions.map(({ code }) => code)))].sort()
  const range = rangeOf(search)
  return (
    <Group gap="xs" align="center">
      <SegmentedControl
        size="sm"
        aria-label={said.range}
        data={RANGES.map((range) => ({ value: range, label: said.ranges[range] }))}
        value={range}
        onChange={(range) =>
          change(range === 'custom' ? lastDay() : { range, from: undefined, to: undefined })
        }
      />
      {range === 'custom' && <Custom search={search} change={change} />}
      <Select
        w={150}
        size="sm"
        aria-label={said.tenant}
        placeholder={said.allTenants}
        searchable
        clearable
        data={tenants.map(({ id, name }) => ({ value: id, label: name }))}
        value={search.tenant ?? null}
        onChange={(tenant) => change({ tenant: tenant ?? undefined })}
      />
      <Select
        w={150}
        size="sm"
        aria-label={said.region}
        placeholder={said.allRegions}
        searchable
        clearable
        data={[...new Set([...regions, ...(search.region ? [search.region] : [])])]}
        value={search.region ?? null}
        onChange={(region) => change({ region: region ?? undefined })}
      />
    </Group>
  )
}

function Custom({ search, change }: { search: StatisticsSearch; change(change: StatisticsSearch): void }) {
  const said = words.use()
  return (['from', 'to'] as const).map((edge) => (
    <TextInput
      key={edge}
      size="sm"
      type="datetime-local"
      aria-label={said[edge]}
      value={search[edge] ?? ''}
      max={edge === 'from' ? search.to : undefined}
      min={edge === 'to' ? search.from : undefined}
      onChange={({ currentTarget: { value } }) => change({ [edge]: value || undefined })}
    />
  ))
}

/** Where a custom span begins: with the day that just went by. */
function lastDay(): StatisticsSearch {
  const minute = (at: number) => toLocal(at).slice(0, 'yyyy-mm-ddThh:mm'.length)
  return { range: 'custom', from: minute(Date.now() - DAY_MS), to: minute(Date.now()) }
}
