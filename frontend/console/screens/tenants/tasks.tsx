import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'

import { useAsk } from '../../graphql/asking'
import { graphql } from '../../graphql/graphql'
import { useFormat } from '../../i18n/format'
import { TaskRow, tasks, useTask } from '../../store/tasks'
import { useMay } from '../../store/viewer'
import { Countdown } from '../../ui/countdown'
import { TextLink } from '../../ui/link'
import { StateMark } from '../../ui/mark'
import { Failed, Waiting } from '../../ui/states'
import { words as common } from '../../ui/words'
import classes from './tenants.module.css'
import { words } from './words'

const TasksOfTenant = graphql(
  `
  query TasksOfTenant($id: ID!) {
    tenant(id: $id) {
      grabTasks(first: 20) {
        totalCount
        nodes { ...TaskRow }
      }
    }
  }
`,
  [TaskRow],
)

/** Its grab tasks, those that run first. Which there are is asked again when `changed` is another. */
export function TasksCard({ id, changed }: { id: string; changed: string }) {
  const said = words.use()
  const { newTask } = common.use()
  const mayOperate = useMay('OPERATE')
  const { data, fault, again } = useAsk(TasksOfTenant, { id })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another count is what it is asked again for
  useEffect(again, [changed, again])
  const list = data?.tenant?.grabTasks
  useEffect(() => tasks.take(list?.nodes ?? []), [list])
  return (
    <section className="card">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h5">
          {said.tasksOf}
        </Title>
        {list && list.totalCount > 0 && (
          <TextLink to="/tasks" search={{ tenant: id }} size="sm">
            {said.allTasks(list.totalCount)}
          </TextLink>
        )}
      </Group>
      {fault && <Failed fault={fault} again={again} />}
      {!data && !fault && <Waiting rows={3} />}
      {list?.totalCount === 0 && (
        <Stack align="start" gap="xs">
          <Text size="sm" c="dimmed">
            {said.noTasks}
          </Text>
          {mayOperate && (
            <Button
              component={Link}
              to="/tasks"
              search={{ new: true, tenant: id } as never}
              className="touch"
              size="xs"
              variant="default"
            >
              {newTask}
            </Button>
          )}
        </Stack>
      )}
      <ul className={classes.tasks}>
        {list?.nodes.map(({ id }) => (
          <TaskLine key={id} id={id} />
        ))}
      </ul>
    </section>
  )
}

function TaskLine({ id }: { id: string }) {
  const { attempts, faults } = common.use()
  const format = useFormat()
  const task = useTask(id)
  if (!task) return null
  const { name, state, spec, attemptCount, faultCount, nextAttemptAt, schedule } = task
  return (
    <li>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <TextLink to="/tasks/$id" params={{ id }} className={classes.name}>
          {name}
        </TextLink>
        <Text size="sm" component="div">
          <StateMark state={state} />
        </Text>
      </Group>
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed">
          {spec && `${spec.region} · ${spec.shape}`}
        </Text>
        <Text size="sm" c="dimmed" className="figures" component="div">
          {attempts(attemptCount)}
          {faultCount > 0 && ` · ${faults(faultCount)}`}
          {nextAttemptAt && (
            <>
              {' · '}
              <span title={format.exact(nextAttemptAt)}>
                <Countdown until={nextAttemptAt} of={schedule.interval} />
              </span>
            </>
          )}
        </Text>
      </Group>
    </li>
  )
}
