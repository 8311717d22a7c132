/** The tasks of the list, drawn as they come into sight, and what keys and commands do to them. */
import { Button } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type MouseEvent, type RefObject, useCallback, useEffect, useState } from 'react'

import type { GrabTaskAction } from '../../graphql/enums'
import { actionsFor, command, type TaskCommand, toggleFor } from '../../store/task-commands'
import { tasks } from '../../store/tasks'
import { confirm } from '../../ui/dialog'
import { useKeys } from '../../ui/keys'
import { words as common } from '../../ui/words'
import { Bulk } from './bulk'
import type { TaskList } from './list'
import { Row } from './row'
import classes from './tasks.module.css'
import { words } from './words'

/** The rows that are in sight. */
export function Rows({ list, scroller }: { list: TaskList; scroller: RefObject<HTMLDivElement | null> }) {
  const said = words.use()
  const { ids } = list
  const rows = useRowsInSight(list, scroller)
  const { selected, select, clear } = useSelection()
  const run = useCommands()
  const open = useOpen()
  const focused = useListKeys(
    ids,
    (index) => rows.scrollToIndex(index),
    run,
    (id) => select(id, !selected.has(id)),
  )
  const chosen = selected.size === 0 ? NOBODY : ids.filter((id) => selected.has(id))
  const showNewer = () => {
    list.showNewer()
    rows.scrollToIndex(0)
  }
  return (
    <>
      <Bulk ids={chosen} onCommand={run} onClear={clear} />
      {list.newer > 0 && (
        <Button variant="default" size="compact-md" onClick={showNewer}>
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
          {rows.getVirtualItems().map(({ index, start }) => {
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

/** Which rows a window shows, and where; those that come next are asked for before they are reached. */
function useRowsInSight({ ids, more }: TaskList, scroller: RefObject<HTMLDivElement | null>) {
  const isNarrow = useMediaQuery('(max-width: 900px)')
  const height = isNarrow ? 112 : 64
  const rows = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (index) => ids[index] ?? index,
    overscan: 5,
  })
  const last = rows.getVirtualItems().at(-1)?.index ?? 0
  useEffect(() => {
    if (last >= ids.length - 30) more()
  }, [last, ids.length, more])
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew when the layout changes
  useEffect(() => rows.measure(), [height])
  return rows
}

function useSelection() {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const select = useCallback((id: string, chosen: boolean) => {
    setSelected((have) => {
      const next = new Set(have)
      if (chosen) next.add(id)
      else next.delete(id)
      return next
    })
  }, [])
  return { selected, select, clear: () => setSelected(new Set()) }
}

const NOBODY: string[] = []

/** Rows that leave at one end are used again at the other: more than a window ever shows. */
const PLACES = 96

/** A click on the name of a task, unless the browser is to open it elsewhere. */
function useOpen(): (event: MouseEvent) => void {
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
