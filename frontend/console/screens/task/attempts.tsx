import { Anchor, Button, Group, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'

import type { Task } from '../../store/tasks'
import { useMay } from '../../store/viewer'
import { Empty, Failed, Waiting } from '../../ui/states'
import { AttemptRow } from './attempt-row'
import { folded } from './runs'
import classes from './task.module.css'
import { useAttempts } from './use-attempts'
import { words } from './words'

/** What was tried, newest first, live. Misses are folded. */
export function Attempts({ task }: { task: Task }) {
  const said = words.use()
  const { list, known, more, older, asking, fault, again } = useAttempts(task.id)
  const runs = folded(list)
  const regions = task.spec?.regions.length ?? 1
  return (
    <section className="card" aria-label={said.attemptsTitle}>
      <Group justify="space-between" gap="xs" mb="xs">
        <Title order={2} size="h5">
          {said.attemptsTitle}
        </Title>
        <Elsewhere id={task.id} />
      </Group>
      {fault && <Failed fault={fault} again={again} />}
      {!known && !fault && <Waiting />}
      {known && runs.length === 0 && <Empty title={said.noAttempts}>{said.noAttemptsText}</Empty>}
      <ul className={classes.attempts}>
        {runs.map((run, index) => (
          <AttemptRow
            key={run.oldest.id}
            run={run}
            withRegion={regions > 1}
            open={more && index === runs.length - 1 && run.count > 1}
          />
        ))}
      </ul>
      {more && (
        <Button variant="default" size="xs" mt="xs" loading={asking} onClick={older}>
          {said.older}
        </Button>
      )}
    </section>
  )
}

/** The same task in the log lines, and at any moment of its past for whom that is open. */
function Elsewhere({ id }: { id: string }) {
  const said = words.use()
  const mayAdminister = useMay('ADMINISTER')
  return (
    <Group gap="md">
      <Anchor component={Link} to="/logs" search={{ task: id } as never} size="sm">
        {said.logs}
      </Anchor>
      {mayAdminister && (
        <Anchor
          component={Link}
          to="/events"
          search={{ mode: 'travel', stream: `grab/${id}` } as never}
          size="sm"
        >
          {said.travel}
        </Anchor>
      )}
    </Group>
  )
}
