import { Group, SegmentedControl, Text, Title } from '@mantine/core'
import { getRouteApi, useNavigate } from '@tanstack/react-router'

import { useFormat } from '../../i18n/format'
import type { Task } from '../../store/tasks'
import { Beating } from '../../ui/beating'
import type { Bucket } from '../../ui/heartbeat'
import { Failed, Waiting } from '../../ui/states'
import classes from './task.module.css'
import { SPANS, type Span, spanOf, useBar } from './use-bar'
import { words } from './words'

const route = getRouteApi('/tasks/$id')

/** What came of the attempts over time. The newest slice fills until the next one. */
export function Bar({ task }: { task: Task }) {
  const said = words.use()
  const format = useFormat()
  const span = spanOf(route.useSearch().span)
  const { buckets, fault, again } = useBar(task.id, span)
  return (
    <section className="card" aria-label={said.bar}>
      <Group justify="space-between" gap="xs" mb="sm">
        <Group gap="sm">
          <Title order={2} size="h5">
            {said.bar}
          </Title>
          {buckets && (
            <Text size="sm" c="dimmed" className="figures">
              {said.inSpan(format.count(sum(buckets)))}
            </Text>
          )}
        </Group>
        <Spans span={span} />
      </Group>
      {fault && <Failed fault={fault} again={again} />}
      <div className={classes.bar}>
        {buckets ? (
          <Beating task={task} buckets={buckets} tall />
        ) : (
          !fault && <Waiting rows={1} height={80} />
        )}
      </div>
      <Legend />
    </section>
  )
}

function Spans({ span }: { span: Span }) {
  const said = words.use()
  const go = useNavigate({ from: '/tasks/$id' })
  return (
    <SegmentedControl
      size="xs"
      className={classes.spans}
      aria-label={said.span}
      value={span}
      data={(Object.keys(SPANS) as Span[]).map((value) => ({ value, label: said.spans[value] }))}
      onChange={(chosen) => void go({ search: (search) => ({ ...search, span: chosen }), replace: true })}
    />
  )
}

const TONES = ['miss', 'throttled', 'fault', 'got'] as const

function Legend() {
  const { legend, legendText } = words.use()
  return (
    <div className={classes.legend}>
      {TONES.map((tone) => (
        <span key={tone}>
          <span aria-hidden className={classes.swatch} data-tone={tone} />
          {legend[tone]}
        </span>
      ))}
      <span>{legendText}</span>
    </div>
  )
}

function sum(buckets: Bucket[]): number {
  return buckets.flatMap(({ outcomes }) => outcomes).reduce((total, { count }) => total + count, 0)
}
