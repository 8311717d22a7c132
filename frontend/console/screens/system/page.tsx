/** What the machine and this process do, over a range that the address says, and live. */
import { SegmentedControl } from '@mantine/core'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'

import { Page } from '../../ui/page'
import { Empty, Failed, Waiting } from '../../ui/states'
import { Charts } from './charts'
import { Measured } from './documents'
import { Figures } from './figures'
import { askedFor, useMachine } from './machine'
import { isRange, RANGES, type Range } from './samples'
import { words } from './words'

const route = getRouteApi('/system')

export function System() {
  const said = words.use()
  const search = route.useSearch()
  const range = isRange(search.range) ? search.range : '1h'
  const { points, newest, fault, waiting, again } = useMachine(range)
  const variables = useMemo(() => askedFor(range), [range])
  return (
    <Page
      title={said.title}
      actions={<Ranges range={range} />}
      behind={{ cli: 'berth metrics', document: Measured, variables }}
    >
      {fault && <Failed fault={fault} again={again} />}
      {waiting && <Waiting rows={4} height={160} />}
      {!waiting && points.length === 0 && !fault && <Empty title={said.none}>{said.noneText}</Empty>}
      {!waiting && points.length > 0 && (
        <Charts points={points} range={range} {...(newest && { memory: newest.memoryTotalBytes })} />
      )}
      {newest && <Figures newest={newest} />}
    </Page>
  )
}

function Ranges({ range }: { range: Range }) {
  const said = words.use()
  const go = useNavigate({ from: '/system' })
  return (
    <SegmentedControl
      aria-label={said.range}
      value={range}
      onChange={(range) => void go({ search: { range }, replace: true })}
      data={(Object.keys(RANGES) as Range[]).map((range) => ({ value: range, label: said.ranges[range] }))}
    />
  )
}
