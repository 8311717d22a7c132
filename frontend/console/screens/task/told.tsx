/** Who was told of this task, and whether it arrived, live. */
import { Title } from '@mantine/core'
import { useMemo } from 'react'

import type { Task } from '../../store/tasks'
import { TextLink } from '../../ui/link'
import { Failed } from '../../ui/states'
import classes from '../notifications/deliveries/deliveries.module.css'
import { DeliveryRow } from '../notifications/deliveries/delivery-row'
import { useDeliveries } from '../notifications/deliveries/use-deliveries'
import { words } from '../notifications/deliveries/words'

const FIRST = 20

export function ToldOf({ task: { id, state } }: { task: Task }) {
  const said = words.use()
  const filter = useMemo(() => ({ taskId: [id] }), [id])
  const { list, fault, again } = useDeliveries(filter, FIRST)
  // Whoever got the host and heard nothing is told why not.
  const isOver = state === 'SUCCEEDED' || state === 'FAILED'
  if (!fault && !list?.length && !isOver) return null
  return (
    <section className="card" aria-labelledby="told">
      <Title order={2} size="h5" id="told">
        {said.ofTask}
      </Title>
      {fault && <Failed fault={fault} again={again} />}
      {list?.length === 0 && (
        <p>
          {said.nobody} <TextLink to="/notifications">{said.toChannels}</TextLink>
        </p>
      )}
      <ul className={classes.list}>
        {list?.map((delivery) => (
          <DeliveryRow key={delivery.id} delivery={delivery} />
        ))}
      </ul>
    </section>
  )
}
