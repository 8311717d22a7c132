import { ActionIcon, Button, Fieldset, Group, Stack, Text, VisuallyHidden } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconPlus, IconX } from '@tabler/icons-react'

import { useTaskForm } from '../context'
import type { Size } from '../draft'
import { words } from '../words'
import { AmountInput } from './amount'
import classes from './fields.module.css'

/** Sizes in the order of preference: `4/24, else 2/12`. */
export function Sizes() {
  const { draft, patch, error } = useTaskForm()
  const said = words.use()
  const set = (sizes: Size[]) => patch({ sizes })
  const last = draft.sizes.at(-1) ?? { ocpus: '', memoryGb: '' }
  return (
    <Fieldset
      legend={<VisuallyHidden>{said.sizes}</VisuallyHidden>}
      variant="unstyled"
      classNames={{ root: classes.list, legend: classes.legend }}
    >
      <Stack gap="xs">
        {draft.sizes.map((size, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a size has nothing else to know it by, and its fields hold no state
          <SizeRow key={index} index={index} size={size} />
        ))}
        {error('sizes') && (
          <Text size="xs" className={classes.error}>
            {error('sizes')}
          </Text>
        )}
        <Group gap="xs">
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => set([...draft.sizes, last])}
          >
            {said.orElse}
          </Button>
          {draft.sizes.length > 1 && (
            <Text size="xs" c="dimmed">
              {said.sizesHint}
            </Text>
          )}
        </Group>
      </Stack>
    </Fieldset>
  )
}

function SizeRow({ index, size }: { index: number; size: Size }) {
  const { draft, patch, error } = useTaskForm()
  const said = words.use()
  const change = (change: Partial<Size>) =>
    patch({ sizes: draft.sizes.map((have, at) => (at === index ? { ...have, ...change } : have)) })
  const rank = draft.sizes.length > 1 ? `${said.rank(index + 1)}: ` : ''
  return (
    <div className={classes.row} data-alone={draft.sizes.length === 1 || undefined}>
      <AmountInput
        label={said.ocpus}
        aria-label={`${rank}${said.ocpus}`}
        value={size.ocpus}
        onChange={(ocpus) => change({ ocpus })}
        error={error(`sizes.${index}.ocpus`)}
      />
      <AmountInput
        label={said.memory}
        aria-label={`${rank}${said.memory}`}
        value={size.memoryGb}
        onChange={(memoryGb) => change({ memoryGb })}
        error={error(`sizes.${index}.memoryGb`)}
      />
      {draft.sizes.length > 1 && <RowActions index={index} rank={rank} />}
    </div>
  )
}

function RowActions({ index, rank }: { index: number; rank: string }) {
  const { draft, patch } = useTaskForm()
  const said = words.use()
  const without = draft.sizes.filter((_, at) => at !== index)
  const moved = (to: number) =>
    patch({ sizes: without.toSpliced(to, 0, ...draft.sizes.slice(index, index + 1)) })
  const actions = [
    { label: said.up, icon: IconArrowUp, run: () => moved(index - 1), off: index === 0 },
    { label: said.down, icon: IconArrowDown, run: () => moved(index + 1), off: index === without.length },
    { label: said.remove, icon: IconX, run: () => patch({ sizes: without }), off: false },
  ]
  return (
    <Group gap={0} wrap="nowrap" className={classes.actions}>
      {actions.map(({ label, icon: Icon, run, off }) => (
        <ActionIcon
          key={label}
          variant="subtle"
          color="gray"
          size={36}
          disabled={off}
          aria-label={`${rank}${label}`}
          title={label}
          onClick={run}
        >
          <Icon size={16} />
        </ActionIcon>
      ))}
    </Group>
  )
}
