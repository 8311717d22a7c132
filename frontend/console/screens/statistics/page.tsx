import { Button } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'

import { useAsk } from '../../graphql/asking'
import { serverNow } from '../../graphql/clock'
import { useFeed } from '../../graphql/feed'
import { quoted } from '../../ui/command-line'
import { Page } from '../../ui/page'
import { Empty, Failed, Waiting } from '../../ui/states'
import type { StatisticsSearch } from '../search'
import { Counters } from './counters'
import { type Statistics as Found, type Numbers, StatisticsPage, StatisticsTail } from './documents'
import { Filters } from './filters'
import { RegionHours, WeekHours } from './heat'
import { Outcomes } from './outcomes'
import { Faults, Places, Shapes } from './parts'
import { rangeOf, spanOf, widthOf } from './range'
import classes from './statistics.module.css'
import { TimeToLaunch } from './time-to-launch'
import { words } from './words'

const route = getRouteApi('/statistics')

/** Charts follow the counters after so long: often enough for bars of hours, and not while they are read. */
const REDRAWN_MS = 60_000

export function Statistics() {
  const said = words.use()
  const search = route.useSearch()
  const variables = useVariables(search)
  const { data, fault, again } = useAsk(StatisticsPage, variables)
  const found = data?.attemptStatistics
  const counters = useCounters(variables, found)
  useRedrawing(again, counters?.attempts !== found?.attempts)
  return (
    <Page title={said.title} behind={{ cli: commandOf(search), document: StatisticsPage, variables }}>
      <Filters search={search} />
      {fault && <Failed fault={fault} again={again} />}
      {counters && <Counters counters={counters} />}
      {!found && !fault && <Waiting rows={6} height={96} />}
      {found && counters && (counters.attempts === 0 ? <Nothing /> : <Charts found={found} />)}
    </Page>
  )
}

function Charts({ found }: { found: Found }) {
  return (
    <div className={classes.charts}>
      <Outcomes found={found} />
      <RegionHours cells={found.capacityHeatmap} />
      <WeekHours hours={found.hoursOfWeek} />
      <TimeToLaunch found={found.timeToLaunch} />
      <Faults found={found} />
      <Shapes found={found} />
      <Places found={found} />
    </div>
  )
}

function Nothing() {
  const said = words.use()
  return (
    <Empty
      title={said.empty}
      action={
        <Button component={Link} to="/tasks">
          {said.toTasks}
        </Button>
      }
    >
      {said.emptyText}
    </Empty>
  )
}

function useVariables(search: StatisticsSearch) {
  const { from, to, tenant, region } = search
  const range = rangeOf(search)
  // The span begins when it is chosen: a new moment with every drawing would be a new question each time.
  return useMemo(() => {
    const now = serverNow()
    const span = spanOf({ range, from, to }, now)
    return { range: span, tenant: tenant ?? null, region: region ?? null, bucketWidth: widthOf(span, now) }
  }, [range, from, to, tenant, region])
}

/** The newest numbers of what is asked now: by the feed, and before its first word as the page was answered. */
function useCounters(variables: ReturnType<typeof useVariables>, found: Numbers | undefined) {
  const [told, setTold] = useState<{ of: object; numbers: Numbers }>()
  const { range, tenant, region } = variables
  useFeed(StatisticsTail, { variables: { range, tenant, region } }, ({ statisticsChanged: numbers }) =>
    setTold({ of: variables, numbers }),
  )
  return told?.of === variables ? told.numbers : found
}

function useRedrawing(again: () => void, isOld: boolean): void {
  useEffect(() => {
    if (!isOld) return
    const timer = setTimeout(again, REDRAWN_MS)
    return () => clearTimeout(timer)
  }, [again, isOld])
}

function commandOf(search: StatisticsSearch): string {
  const { tenant, region } = search
  const range = rangeOf(search)
  return [
    'berth statistics',
    range !== 'custom' && `--since ${quoted(range)}`,
    tenant && `--tenant ${quoted(tenant)}`,
    region && `--region ${quoted(region)}`,
  ]
    .filter(Boolean)
    .join(' ')
}
