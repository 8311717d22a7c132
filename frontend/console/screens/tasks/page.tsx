import { Button } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'

import type { GrabTaskAction } from '../../graphql/enums'
import { actionsFor, command, type TaskCommand, toggleFor } from '../../store/task-commands'
import { tasks } from '../../store/tasks'
import { useMay } from '../../store/viewer'
import { confirm } from '../../ui/dialog'
import { useKeys } from '../../ui/keys'
import { Page } from '../../ui/page'
import { Empty, Failed, Waiting } from '../../ui/states'
import { words as common } from '../../ui/words'
import type { TasksSearch } from '../search'
import { Bulk } from './bulk'
import { TaskPage } from './documents'
import { filterOf, isFiltered, orderBy } from './filter'
import { Filters } from './filters'
import { type TaskList, useTaskList } from './list'
import { Row } from './row'
import classes from './tasks.module.css'
import { words } from './words'

const NewTask = lazy(() => import('../task-form/new').then(({ NewTask }) => ({ default: NewTask })))

const route = getRouteApi('/tasks')

/** All grab tasks, live. */
export function Tasks() {
  const said = words.use()
  const { newTask } = common.use()
  const search = route.useSearch()
  const go = useNavigate()
  const scroller = useRef<HTMLDivElement>(null)
  const filter = useMemo(() => filterOf(search), [search])
  const order = useMemo(() => orderBy(search), [search])
  const list = useTaskList(filter, order, () => (scroller.current?.scrollTop ?? 0) < 32)
  const change = useCallback(
    (change: Partial<TasksSearch>) =>
      void go({ to: '/tasks', search: (have) => ({ ...have, ...change }) as TasksSearch, replace: true }),
    [go],
  )
  const close = () => change({ new: undefined, from: undefined })
  const create = useMay('OPERATE') && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => change({ new: true })}>
      {newTask}
    </Button>
  )
  return (
    <Page
      title={said.title}
      actions={create}
      behind={{
        cli: 'berth task list',
        document: TaskPage,
        variables: { first: 50, filter, orderBy: order },
      }}
    >
      <Filters search={search} shown={list.ids.length} total={list.total} onChange={change} />
      {list.fault && <Failed fault={list.fault} again={list.again} />}
      {list.waiting && list.ids.length === 0 && <Waiting rows={8} height={60} />}
      {!list.waiting && !list.fault && list.ids.length === 0 && (
        <Nothing
          filtered={isFiltered(search)}
          create={create}
          clear={() => void go({ to: '/tasks', search: {} })}
        />
      )}
      {list.ids.length > 0 && <Rows list={list} scroller={scroller} />}
      {search.new && (
        <Suspense>
          <NewTask from={search.from} tenant={onlyOne(search.tenant)} onClose={close} />
        </Suspense>
      )}
    </Page>
  )
}

/** A filter by one tenant: a new task is most likely for it. */
const onlyOne = (tenants: string | undefined) => (tenants?.includes(',') ? undefined : tenants)

function Nothing({ filtered, create, clear }: { filtered: boolean; create: React.ReactNode; clear(): void }) {
  const said = words.use()
  const { clear: clearFilter } = common.use()
  if (!filtered) {
    return (
      <Empty
        title={said.empty}
        action={create}
        cli={
          'berth task create --tenant DEFAULT --shape VM.Standard.A1.Flex --ocpus 2 --memory 12 --image "Canonical Ubuntu 22.04"'
        }
      >
        {said.emptyText}
      </Empty>
    )
  }
  return (
    <Empty
      title={said.none}
      action={
        <Button variant="default" onClick={clear}>
          {clearFilter}
        </Button>
      }
    />
  )
}

function Rows({ list, scroller }: { list: TaskList; scroller: React.RefObject<HTMLDivElement | null> }) {
  const said = words.use()
  const isNarrow = useMediaQuery('(max-width: 900px)')
  const height = isNarrow ? 112 : 64
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const { ids, more } = list
  const rows = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (index) => ids[index] ?? index,
    overscan: 5,
  })
  const shown = rows.getVirtualItems()
  const last = shown.at(-1)?.index ?? 0
  useEffect(() => {
    if (last >= ids.length - 30) more()
  }, [last, ids.length, more])
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew when the layout changes
  useEffect(() => rows.measure(), [height])

  const run = useCommands()
  const open = useOpen()
  const select = useCallback((id: string, chosen: boolean) => {
    setSelected((have) => {
      const next = new Set(have)
      if (chosen) next.add(id)
      else next.delete(id)
      return next
    })
  }, [])
  const focused = useListKeys(
    ids,
    (index) => rows.scrollToIndex(index),
    run,
    (id) => select(id, !selected.has(id)),
  )
  const chosen = selected.size === 0 ? NOBODY : ids.filter((id) => selected.has(id))
  return (
    <>
      <Bulk ids={chosen} onCommand={run} onClear={() => setSelected(new Set())} />
      {list.newer > 0 && (
        <Button
          variant="default"
          size="compact-md"
          onClick={() => {
            list.showNewer()
            rows.scrollToIndex(0)
          }}
        >
          ↑ {said.newer(list.newer)}
        </Button>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter on a link is a click too */}
      <section
        ref={scroller}
        className={classes.list}
        onClick={open}
        tabIndex={0}
        aria-label={said.list}
        data-testid="task-list"
      >
        <div className={classes.inner} style={{ height: rows.getTotalSize() }}>
          {shown.map(({ index, start }) => {
            const id = ids[index]
            if (!id) return null
            return (
              <div
                key={index % PLACES}
                className={classes.place}
                style={{ transform: `translateY(${start}px)` }}
              >
                <Row
                  id={id}
                  selected={selected.has(id)}
                  focused={focused === index}
                  onSelect={select}
                  onCommand={run}
                />
              </div>
            )
          })}
        </div>
      </section>
    </>
  )
}

const NOBODY: string[] = []

/** Rows that leave at one end are used again at the other: more than a window ever shows. */
const PLACES = 96

/** A click on the name of a task, unless the browser is to open it elsewhere. */
function useOpen(): (event: React.MouseEvent) => void {
  const go = useNavigate()
  return (event) => {
    const id = (event.target as Element).closest<HTMLElement>('a[data-task]')?.dataset.task
    if (!id || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    void go({ to: '/tasks/$id', params: { id } })
  }
}

/** Commands on rows. Deleting is the one that cannot be taken back, and is asked about. */
function useCommands(): (command: TaskCommand, ids: string[]) => void {
  const said = words.use()
  return useCallback(
    (which, ids) => {
      const run = () => void command(which, ids)
      if (which !== 'DELETE') return run()
      confirm({
        title: said.deleteTitle(ids.length),
        text: said.deleteText,
        does: common.now().delete,
        run,
      })
    },
    [said],
  )
}

/** `j k ↵ x p r e` on the row that has the focus of the keyboard. */
function useListKeys(
  ids: string[],
  show: (index: number) => void,
  run: (command: TaskCommand, ids: string[]) => void,
  toggle: (id: string) => void,
): number {
  const [focused, setFocused] = useState(-1)
  const go = useNavigate()
  const move = (by: number) => {
    const next = Math.max(0, Math.min(ids.length - 1, focused + by))
    setFocused(next)
    show(next)
  }
  const withTask = (act: (id: string) => void) => () => {
    const id = ids[focused]
    if (id) act(id)
  }
  const may = (id: string, action: GrabTaskAction) => actionsFor(tasks.get(id)).includes(action)
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    Enter: withTask((id) => void go({ to: '/tasks/$id', params: { id } })),
    x: withTask(toggle),
    p: withTask((id) => {
      const which = toggleFor(tasks.get(id))
      if (which) run(which, [id])
    }),
    r: withTask((id) => {
      if (may(id, 'ATTEMPT_NOW')) run('ATTEMPT_NOW', [id])
    }),
    e: withTask((id) => {
      if (may(id, 'UPDATE')) void go({ to: '/tasks/$id', params: { id }, search: { edit: true } })
    }),
  })
  return focused
}
