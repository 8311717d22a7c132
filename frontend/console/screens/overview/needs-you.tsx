/** What does not go on by itself, and what to do about each. */
import { Button, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'

import { useAsk } from '../../graphql/asking'
import { useFeed } from '../../graphql/feed'
import { useFormat } from '../../i18n/format'
import { useTask } from '../../store/tasks'
import { Mark, StateMark } from '../../ui/mark'
import { Failed, Waiting } from '../../ui/states'
import type { Sample } from '../system/documents'
import { FULL } from '../system/figures'
import { type Entry, ModelState, ModelStates, TenantsInNeed } from './documents'
import classes from './overview.module.css'
import { Item, Part } from './part'
import { useTasksIn } from './tasks-in'
import { TenantItem } from './tenant-item'
import { words } from './words'

const STUCK = ['NEEDS_REVIEW', 'FAILED'] as const
const SHOWN = 5

interface NeedsYouProps {
  newest: Sample | undefined
  changes: Entry[] | undefined
}

export function NeedsYou({ newest, changes }: NeedsYouProps) {
  const said = words.use()
  const tenants = useAsk(TenantsInNeed, {})
  const stuck = useTasksIn(STUCK, SHOWN)
  const stopped = useStopped()
  const full = newest && newest.diskTotalBytes > 0 ? newest.diskUsedBytes / newest.diskTotalBytes : 0
  // Whether a tenant may act is told by the log, since tenants have no feed of their own.
  const news = changes?.find(({ key }) => key.startsWith('tenant.'))?.position
  const askTenants = tenants.again
  useEffect(() => {
    if (news) askTenants()
  }, [news, askTenants])

  const known = tenants.data && stuck.ids && stopped.names
  const none =
    known &&
    tenants.data?.tenants.nodes.length === 0 &&
    stuck.ids?.length === 0 &&
    stopped.names?.length === 0 &&
    full <= FULL
  const faults = [tenants, stuck, stopped].filter(({ fault }) => fault)
  return (
    <Part title={said.needs}>
      {faults.map(
        ({ fault, again }, index) =>
          // biome-ignore lint/suspicious/noArrayIndexKey: the three questions are always the same
          fault && <Failed key={index} fault={fault} again={again} />,
      )}
      {!known && faults.length === 0 && <Waiting rows={2} height={44} />}
      {none && (
        <Text size="sm">
          <Mark tone="got">{said.needsNone}</Mark>
        </Text>
      )}
      {full > FULL && <DiskItem share={full} />}
      {stopped.names?.map((name) => (
        <Item key={name} action={<LookButton to="/projections" />}>
          <Mark tone="fault" sign="!">
            {said.modelStopped(name)}
          </Mark>
        </Item>
      ))}
      {tenants.data?.tenants.nodes.map((tenant) => (
        <TenantItem key={tenant.id} tenant={tenant} tested={askTenants} />
      ))}
      {stuck.ids?.map((id) => (
        <TaskItem key={id} id={id} />
      ))}
      {stuck.ids && stuck.total > stuck.ids.length && (
        <Link to="/tasks" search={{ state: 'needs_review,failed' }} className={classes.more}>
          {said.moreTasks(stuck.total - stuck.ids.length)}
        </Link>
      )}
    </Part>
  )
}

/** The names of read models that stopped, live. */
function useStopped() {
  const { data, fault, again, change } = useAsk(ModelStates, {})
  useFeed(
    ModelState,
    { variables: {}, when: data !== undefined, pausable: false },
    ({ projectionChanged: { name, status } }) => {
      const before = data?.projections.find((model) => model.name === name)
      if (before?.status === status) return
      change(({ projections }) => ({
        projections: [...projections.filter((model) => model.name !== name), { name, status }],
      }))
    },
  )
  const names = data?.projections.filter(({ status }) => status === 'FAULTED').map(({ name }) => name)
  return { names, fault, again }
}

function TaskItem({ id }: { id: string }) {
  const said = words.use()
  const task = useTask(id)
  if (!task) return null
  return (
    <Item
      action={
        <Button
          size="compact-sm"
          variant="default"
          renderRoot={(props) => <Link to="/tasks/$id" params={{ id }} {...props} />}
          aria-label={`${said.look}: ${task.name}`}
        >
          {said.look}
        </Button>
      }
      text={[task.stateReason, task.stateHint].filter(Boolean).join(' ')}
    >
      <StateMark state={task.state} /> <strong>{task.name}</strong>
    </Item>
  )
}

function DiskItem({ share }: { share: number }) {
  const said = words.use()
  const format = useFormat()
  return (
    <Item action={<LookButton to="/system" />} text={said.diskText}>
      <Mark tone="fault" sign="!">
        {said.diskFull(format.percent(share))}
      </Mark>
    </Item>
  )
}

function LookButton({ to }: { to: '/system' | '/projections' }) {
  return (
    <Button size="compact-sm" variant="default" renderRoot={(props) => <Link to={to} {...props} />}>
      {words.use().look}
    </Button>
  )
}
