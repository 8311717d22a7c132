import { Group, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'

import { useFormat } from '../../i18n/format'
import { Copyable, shortened } from '../../ui/copy'
import { Mark } from '../../ui/mark'
import type { Test } from './trying'
import { words } from './words'

/** What a test of a key came to, in the cloud's own words. */
export function TestResult({ test }: { test: Test }) {
  const said = words.use()
  const format = useFormat()
  const { answer, fault } = test
  if (test.asking) return <Line mark={<Mark tone="miss">{said.asking}</Mark>} />
  if (fault)
    return (
      <Line mark={<Mark tone="fault">{fault.message}</Mark>}>
        {[fault.hint, fault.traceId].filter(Boolean).join(' ')}
      </Line>
    )
  if (!answer) return null
  const took = answer.durationMs === null ? '' : said.took(format.milliseconds(answer.durationMs))
  if (!answer.providerError) return <Line mark={<Mark tone="got">{said.works}</Mark>}>{took}</Line>
  return (
    <Stack gap={2}>
      <Line mark={<Mark tone="fault">{answer.reason ?? said.broken}</Mark>}>{took}</Line>
      <CloudWords error={answer.providerError} />
    </Stack>
  )
}

export interface ProviderError {
  status: number | null
  code: string
  message: string
  requestId: string | null
}

export function CloudWords({ error }: { error: ProviderError }) {
  const said = words.use()
  return (
    <Text size="sm" component="div" style={{ overflowWrap: 'anywhere' }}>
      <Text span size="sm" c="dimmed">
        {said.cloudSays}
        {': '}
      </Text>
      <span className="mono">
        {error.status ?? said.notAnswered} {error.code}: {error.message}
      </span>
      {error.requestId && (
        <>
          {' · '}
          {said.request} <Copyable text={error.requestId}>{shortened(error.requestId)}</Copyable>
        </>
      )}
    </Text>
  )
}

function Line({ mark, children }: { mark: ReactNode; children?: ReactNode }) {
  return (
    <Group gap="sm" role="status" fz="sm">
      <span style={{ minWidth: 0 }}>{mark}</span>
      {children && (
        <Text span size="sm" c="dimmed" className="figures">
          {children}
        </Text>
      )}
    </Group>
  )
}
