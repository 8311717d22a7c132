import { Anchor, Stack, Text } from '@mantine/core'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useRef } from 'react'

import { offsetHere } from '../../i18n/clock'
import type { Task } from '../../store/tasks'
import { Mark, StateMark } from '../../ui/mark'
import { Page } from '../../ui/page'
import { Empty, Failed, Waiting } from '../../ui/states'
import { Actions } from './actions'
import { Attempts } from './attempts'
import { Bar } from './bar'
import { Configuration } from './configuration'
import { Counts } from './counts'
import { TaskPage } from './documents'
import { Got } from './got'
import { Odds } from './odds'
import classes from './task.module.css'
import { ToldOf } from './told'
import { useActions } from './use-actions'
import { isOut, useWholeTask } from './use-task'
import { words } from './words'

const EditTask = lazy(() => import('../task-form/edit').then(({ EditTask }) => ({ default: EditTask })))
const route = getRouteApi('/tasks/$id')

/** One task on one page: what it does, what came of it, and what can be done. */
export function TaskDetail() {
  const { id } = route.useParams()
  return <Detail key={id} id={id} />
}

function Detail({ id }: { id: string }) {
  const said = words.use()
  const { task, detail, fault, again, gone } = useWholeTask(id)
  const actions = useActions(task)
  if (gone) return <Gone />
  if (!task)
    return <Frame title={said.title}>{fault ? <Failed fault={fault} again={again} /> : <Waiting />}</Frame>
  return (
    <>
      <Frame
        title={task.name}
        beside={<Now task={task} doing={actions.doing} />}
        actions={<Actions task={task} {...actions} />}
        behind={{
          cli: `berth task watch ${id}`,
          document: TaskPage,
          variables: { id, utcOffsetMinutes: offsetHere() },
        }}
      >
        {fault && <Failed fault={fault} again={again} />}
        <Why task={task} />
        <Got task={task} detail={detail} />
        <ToldOf task={task} />
        {/* Once it is there, the frame of what was got says these. */}
        {task.state !== 'SUCCEEDED' && <Counts task={task} />}
        <Bar task={task} />
        <div className={classes.columns}>
          {detail ? <Configuration task={task} detail={detail} /> : <Waiting rows={4} />}
          <Attempts task={task} />
        </div>
        {detail && <Odds odds={detail.odds} />}
      </Frame>
      <Edit id={id} onClose={again} />
    </>
  )
}

function Frame({ children, ...page }: Parameters<typeof Page>[0]) {
  return (
    <Stack gap={4}>
      <BackLink />
      <Page {...page}>{children}</Page>
    </Stack>
  )
}

function BackLink() {
  return (
    <Anchor component={Link} to="/tasks" size="sm" className={classes.back}>
      ← {words.use().back}
    </Anchor>
  )
}

/** The state, or what was just asked for, until the server has said what came of it. */
function Now({ task, doing }: { task: Task; doing: ReturnType<typeof useActions>['doing'] }): ReactNode {
  const { doing: word } = words.use()
  return (
    <span role="status">
      {doing ? (
        <Mark tone="miss" sign="◌">
          {word[doing]}
        </Mark>
      ) : (
        <StateMark state={task.state} />
      )}
    </span>
  )
}

/** Why it is where it is. That an attempt is out the counts tell: for this second the text stays, so that the page keeps still. */
function Why({ task }: { task: Task }) {
  const shown = useRef(task)
  if (!isOut(task) || shown.current.state !== task.state) shown.current = task
  const { stateReason, stateHint } = shown.current
  return (
    <div>
      <Text size="sm">{stateReason}</Text>
      {stateHint && (
        <Text size="sm" c="dimmed">
          {stateHint}
        </Text>
      )}
    </div>
  )
}

function Gone() {
  const said = words.use()
  return (
    <Frame title={said.title}>
      <div className="card">
        <Empty title={said.gone} cli="berth task list">
          {said.goneText}
        </Empty>
      </div>
    </Frame>
  )
}

/** The form comes when somebody edits; the address says so. */
function Edit({ id, onClose }: { id: string; onClose: () => void }) {
  const { edit } = route.useSearch()
  const go = useNavigate({ from: '/tasks/$id' })
  const close = () => {
    onClose()
    void go({ search: ({ edit: _, ...rest }) => rest })
  }
  if (!edit) return null
  return (
    <Suspense fallback={null}>
      <EditTask id={id} onClose={close} />
    </Suspense>
  )
}
