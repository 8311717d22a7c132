import { Button } from '@mantine/core'

import { enums } from '../../i18n/enums'
import { allowedForAll, type TaskCommand } from '../../store/task-commands'
import { ACTION_ICON } from '../../ui/action-icon'
import classes from './tasks.module.css'
import { words } from './words'

interface BulkProps {
  ids: string[]
  onCommand(command: TaskCommand, ids: string[]): void
  onClear(): void
}

/** Only what may be done to every selected task. */
export function Bulk({ ids, onCommand, onClear }: BulkProps) {
  const said = words.use()
  const { action } = enums.use()
  if (ids.length === 0) return null
  const commands = allowedForAll(ids).filter((command): command is TaskCommand => command !== 'UPDATE')
  return (
    <section className={classes.bulk} aria-label={said.selected(ids.length)}>
      <strong>{said.selected(ids.length)}</strong>
      {commands.map((command) => {
        const Icon = ACTION_ICON[command]
        return (
          <Button
            key={command}
            size="compact-sm"
            variant="default"
            leftSection={<Icon size={14} />}
            onClick={() => onCommand(command, ids)}
          >
            {action[command]}
          </Button>
        )
      })}
      <Button size="compact-sm" variant="subtle" onClick={onClear}>
        {said.unselect}
      </Button>
    </section>
  )
}
