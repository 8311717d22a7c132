import { SimpleGrid, Stack, Text, TextInput } from '@mantine/core'

import { useTaskForm } from '../context'
import { words } from '../words'
import { AmountField } from './amount'
import classes from './fields.module.css'
import { Part } from './part'
import { CronWindows, DayWindows, Offset } from './windows'

/** Beneath so many seconds the cloud has been seen to answer “slow down” more often than not. */
const HASTE = 60

/** How often. */
export function Rhythm() {
  const { draft } = useTaskForm()
  const said = words.use()
  return (
    <Part title={said.when}>
      <SimpleGrid cols={2} spacing="sm">
        <AmountField field="interval" label={said.interval} description={said.asConfigured} />
        <AmountField field="jitterPercent" label={said.jitter} description={said.asConfigured} />
      </SimpleGrid>
      {draft.interval !== '' && draft.interval < HASTE && (
        <Text size="sm" className={classes.beyond}>
          ⚠ {said.tooFast}
        </Text>
      )}
    </Part>
  )
}

/** From when on, until when, and at which hours. */
export function MoreSchedule() {
  const { draft } = useTaskForm()
  const said = words.use()
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <Moment field="startAt" label={said.startAt} />
        <Moment field="deadline" label={said.deadline} />
      </SimpleGrid>
      <AmountField field="maxAttempts" label={said.maxAttempts} description={said.maxAttemptsHint} />
      <DayWindows />
      <CronWindows />
      {draft.windows.length + draft.cronWindows.length > 0 && <Offset />}
    </Stack>
  )
}

function Moment({ field, label }: { field: 'startAt' | 'deadline'; label: string }) {
  const { draft, patch, error } = useTaskForm()
  return (
    <TextInput
      type="datetime-local"
      step={1}
      label={label}
      value={draft[field]}
      onChange={({ currentTarget }) => patch({ [field]: currentTarget.value })}
      error={error(field)}
    />
  )
}
