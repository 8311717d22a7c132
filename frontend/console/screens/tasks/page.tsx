import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useCallback, useMemo, useRef } from 'react'

import { useMay } from '../../store/viewer'
import { Page } from '../../ui/page'
import { Empty, Failed, NoneFits, Waiting } from '../../ui/states'
import { words as common } from '../../ui/words'
import type { TasksSearch } from '../search'
import { TaskPage } from './documents'
import { filterOf, isFiltered, orderBy } from './filter'
import { Filters } from './filters'
import { useTaskList } from './list'
import { Rows } from './rows'
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

function Nothing({ filtered, create, clear }: { filtered: boolean; create: ReactNode; clear(): void }) {
  const said = words.use()
  if (filtered) return <NoneFits title={said.none} clear={clear} />
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
