import { Group, Text } from '@mantine/core'

import { TextLink } from '../../ui/link'
import { Mark } from '../../ui/mark'
import { When } from '../../ui/when'
import { sizeOf } from './facts'
import classes from './instances.module.css'
import { Address, type ListProps, Name } from './rows'
import { words } from './words'

/** The same where a table would be wider than the window. */
export function Cards({ list, onOpen }: ListProps) {
  const said = words.use()
  return (
    <ul className={classes.cards}>
      {list.map((one) => (
        <li key={one.instance.id} className="card">
          <Group justify="space-between" gap="xs">
            <Name one={one} onOpen={onOpen} />
            <Text size="sm" component="div">
              <Mark tone="got" sign="●">
                {said.states[one.instance.state]}
              </Mark>
            </Text>
          </Group>
          <Address one={one} />
          <Text size="sm" c="dimmed">
            {[one.instance.zone || one.instance.region, sizeOf(one.instance) ?? one.task.spec?.shape]
              .filter(Boolean)
              .join(' · ')}
          </Text>
          <Group justify="space-between" gap="xs">
            <TextLink to="/tasks/$id" params={{ id: one.task.id }} size="sm">
              {one.task.name}
            </TextLink>
            <Text size="sm" c="dimmed" component="div">
              <When at={one.instance.seenAt} />
            </Text>
          </Group>
        </li>
      ))}
    </ul>
  )
}
