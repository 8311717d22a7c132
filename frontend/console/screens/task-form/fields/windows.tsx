/** Times at which alone it is tried. */
import { ActionIcon, Button, Chip, Fieldset, Group, Input, Stack, Text, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import type { ReactNode } from 'react'

import { WEEKDAYS } from '../../../i18n/clock'
import { enums } from '../../../i18n/enums'
import { OffsetSelect } from '../../../ui/offset-select'
import { useTaskForm } from '../context'
import type { CronWindow, DayWindow } from '../draft'
import { words } from '../words'
import { AmountInput } from './amount'
import classes from './fields.module.css'

export function DayWindows() {
  const { draft, patch, error } = useTaskForm()
  const said = words.use()
  const add = () => patch({ windows: [...draft.windows, { days: [], from: '22:00', to: '08:00' }] })
  return (
    <List
      legend={said.windows}
      hint={said.windowsHint}
      error={error('windows')}
      add={said.addWindow}
      onAdd={add}
    >
      {draft.windows.map((window, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a window has nothing else to know it by, and its fields hold no state
        <DayWindowRow key={index} index={index} window={window} />
      ))}
    </List>
  )
}

function DayWindowRow({ index, window }: { index: number; window: DayWindow }) {
  const { draft, patch, error } = useTaskForm()
  const said = words.use()
  const { weekday } = enums.use()
  const change = (change: Partial<DayWindow>) =>
    patch({ windows: draft.windows.map((have, at) => (at === index ? { ...have, ...change } : have)) })
  return (
    <div className={classes.window}>
      <Input.Wrapper label={said.days} labelElement="div" className={classes.days}>
        <Chip.Group
          multiple
          value={window.days}
          onChange={(days) => change({ days: WEEKDAYS.filter((day) => days.includes(day)) })}
        >
          <Group gap={4} mt={4}>
            {WEEKDAYS.map((day) => (
              <Chip key={day} value={day} size="xs" variant="outline">
                {weekday[day]}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </Input.Wrapper>
      <TextInput
        type="time"
        label={said.from}
        value={window.from}
        onChange={({ currentTarget }) => change({ from: currentTarget.value })}
        error={error(`windows.${index}`)}
      />
      <TextInput
        type="time"
        label={said.to}
        value={window.to}
        onChange={({ currentTarget }) => change({ to: currentTarget.value })}
      />
      <Remove
        label={`${said.remove}: ${window.from}–${window.to}`}
        onClick={() => patch({ windows: draft.windows.filter((_, at) => at !== index) })}
      />
    </div>
  )
}

export function CronWindows() {
  const { draft, patch, error } = useTaskForm()
  const said = words.use()
  const add = () => patch({ cronWindows: [...draft.cronWindows, { cron: '0 3 * * MON-FRI', minutes: 120 }] })
  return (
    <List legend={said.cronWindows} error={error('cronWindows')} add={said.addCron} onAdd={add}>
      {draft.cronWindows.map((window, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a window has nothing else to know it by, and its fields hold no state
        <CronWindowRow key={index} index={index} window={window} />
      ))}
    </List>
  )
}

function CronWindowRow({ index, window }: { index: number; window: CronWindow }) {
  const { draft, patch, error } = useTaskForm()
  const said = words.use()
  const change = (change: Partial<CronWindow>) =>
    patch({
      cronWindows: draft.cronWindows.map((have, at) => (at === index ? { ...have, ...change } : have)),
    })
  return (
    <div className={classes.window}>
      <TextInput
        label={said.cron}
        spellCheck={false}
        classNames={{ input: 'mono' }}
        value={window.cron}
        onChange={({ currentTarget }) => change({ cron: currentTarget.value })}
        error={error(`cronWindows.${index}.cron`)}
      />
      <AmountInput
        label={said.minutes}
        allowDecimal={false}
        value={window.minutes}
        onChange={(minutes) => change({ minutes })}
        error={error(`cronWindows.${index}.minutes`)}
      />
      <Remove
        label={`${said.remove}: ${window.cron}`}
        onClick={() => patch({ cronWindows: draft.cronWindows.filter((_, at) => at !== index) })}
      />
    </div>
  )
}

/** On whose clock the times are read. */
export function Offset() {
  const { draft, patch, error } = useTaskForm()
  const said = words.use()
  return (
    <OffsetSelect
      label={said.offset}
      value={draft.utcOffsetMinutes}
      onChange={(utcOffsetMinutes) => patch({ utcOffsetMinutes })}
      error={error('utcOffsetMinutes')}
    />
  )
}

interface ListProps {
  legend: string
  hint?: string
  error: string | undefined
  add: string
  onAdd(): void
  children: ReactNode
}

function List({ legend, hint, error, add, onAdd, children }: ListProps) {
  return (
    <Fieldset legend={legend} variant="unstyled" classNames={{ root: classes.list, legend: classes.legend }}>
      <Stack gap="xs">
        {hint && (
          <Text size="xs" c="dimmed">
            {hint}
          </Text>
        )}
        {children}
        {error && (
          <Text size="xs" className={classes.error}>
            {error}
          </Text>
        )}
        <Button
          size="compact-sm"
          variant="default"
          w="fit-content"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={onAdd}
        >
          {add}
        </Button>
      </Stack>
    </Fieldset>
  )
}

function Remove({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <div className={classes.actions}>
      <ActionIcon variant="subtle" color="gray" size={36} aria-label={label} onClick={onClick}>
        <IconX size={16} />
      </ActionIcon>
    </div>
  )
}
