import { Group, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'

import { useFormat } from '../../i18n/format'
import { CloudWords } from '../../ui/cloud-words'
import { Mark } from '../../ui/mark'
import type { Test } from './tests'
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
