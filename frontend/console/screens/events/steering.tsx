/** Whose history it is, where one stands in it, and the ways on. */
import { ActionIcon, Group, Text, TextInput } from '@mantine/core'
import {
  IconChevronLeft,
  IconChevronRight,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
} from '@tabler/icons-react'
import { useState } from 'react'

import { useFormat } from '../../i18n/format'
import { Mark } from '../../ui/mark'
import { Thing } from './event-panel'
import { kindOf, pointOf } from './query'
import type { Standing } from './standing'
import { words } from './words'

interface SteeringProps {
  stream: string
  standing: Standing
  last: number
}

export function Steering({ stream, standing, last }: SteeringProps) {
  const said = words.use().travel
  const format = useFormat()
  const { version, isNow, go, step } = standing
  const kind = kindOf(stream)
  return (
    <Group justify="space-between" gap="xs" mb="xs">
      <div>
        <Text size="sm" component="div">
          <Text span size="sm" c="dimmed">
            {said.kinds[kind] ?? kind}{' '}
          </Text>
          <Thing stream={stream} />
        </Text>
        <Text size="sm" className="figures" component="div" aria-live="off">
          {said.of(format.count(version), format.count(last))}{' '}
          {isNow && (
            <Mark tone="got" sign="●">
              {said.now}
            </Mark>
          )}
        </Text>
      </div>
      <Group gap="xs" wrap="wrap">
        <Group gap={4} wrap="nowrap">
          <Way label={`${said.first} (Home)`} off={version === 0} run={() => go({ version: 0 })}>
            <IconPlayerSkipBack size={18} />
          </Way>
          <Way label={`${said.back} (←, h)`} off={version === 0} run={() => step(-1)}>
            <IconChevronLeft size={18} />
          </Way>
          <Way label={`${said.forth} (→, l)`} off={version >= last} run={() => step(1)}>
            <IconChevronRight size={18} />
          </Way>
          <Way label={`${said.last} (End)`} off={isNow} run={() => go('now')}>
            <IconPlayerSkipForward size={18} />
          </Way>
        </Group>
        <GoTo go={go} />
      </Group>
    </Group>
  )
}

interface WayProps {
  label: string
  off: boolean
  run(): void
  children: React.ReactNode
}

function Way({ label, off, run, children }: WayProps) {
  return (
    <ActionIcon variant="default" size={36} aria-label={label} title={label} disabled={off} onClick={run}>
      {children}
    </ActionIcon>
  )
}

function GoTo({ go }: { go: Standing['go'] }) {
  const said = words.use().travel
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState(false)
  const run = () => {
    const point = pointOf(text)
    setWrong(text.trim() !== '' && point === undefined)
    if (point === undefined) return
    go(point)
    setText('')
  }
  return (
    <TextInput
      aria-label={said.goTo}
      placeholder={said.goToHint}
      title={said.goToWrong}
      w={280}
      value={text}
      error={wrong && said.goToWrong}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value)
        setWrong(false)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !event.nativeEvent.isComposing) run()
      }}
    />
  )
}
