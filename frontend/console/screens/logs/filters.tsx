import { Button, Checkbox, Chip, Group, Popover, Select, Stack } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconColumns3 } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'

import { useAsk } from '../../graphql/asking'
import { enums } from '../../i18n/enums'
import { useValue } from '../../store/value'
import { useMay } from '../../store/viewer'
import { SearchField } from '../../ui/search-field'
import type { LogsSearch } from '../search'
import { COLUMNS, columns, toggleColumn } from './columns'
import { LogTasks, LogTenants } from './documents'
import classes from './logs.module.css'
import { CATEGORIES, categoriesOf, isUsual, LEVELS, levelOf, SPANS } from './question'
import { words } from './words'

const TYPING_MS = 300

type Change = (change: LogsSearch) => void

/** What is asked of the log. All of it stands in the address. */
export function Filters({ search }: { search: LogsSearch }) {
  const said = words.use()
  const go = useNavigate()
  const [open, setOpen] = useState(false)
  const change: Change = (change) =>
    void go({
      to: '/logs',
      search: ((before: LogsSearch) => ({ ...before, ...change })) as never,
      replace: true,
    })
  return (
    <div className={classes.filters}>
      <Search search={search} change={change} />
      <Columns />
      <Button
        size="xs"
        variant="default"
        className={classes.onPhone ?? ''}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {said.filters}
      </Button>
      <div className={classes.more} data-open={open || undefined}>
        <Level search={search} change={change} />
        <Categories search={search} change={change} />
        <Task search={search} change={change} />
        <Tenant search={search} change={change} />
        <Since search={search} change={change} />
        <Fold search={search} change={change} />
      </div>
    </div>
  )
}

interface Props {
  search: LogsSearch
  change: Change
}

function Level({ search, change }: Props) {
  const said = words.use()
  const { level: levels } = enums.use()
  return (
    <Select
      size="xs"
      w={130}
      aria-label={said.level}
      allowDeselect={false}
      data={LEVELS.map((level) => ({ value: level, label: said.atLeast(levels[level]) }))}
      value={levelOf(search)}
      onChange={(level) => {
        const chosen = LEVELS.find((known) => known === level)
        change({ level: chosen && !isUsual(chosen) ? chosen.toLowerCase() : undefined })
      }}
    />
  )
}

/** The audit log is history: whoever may not read that is not offered it. */
function Categories({ search, change }: Props) {
  const said = words.use()
  const { category: names } = enums.use()
  const mayAdminister = useMay('ADMINISTER')
  const offered = CATEGORIES.filter((category) => category !== 'AUDIT' || mayAdminister)
  return (
    <Chip.Group
      multiple
      value={categoriesOf(search)}
      onChange={(chosen) =>
        change({ category: chosen.length > 0 ? chosen.join(',').toLowerCase() : undefined })
      }
    >
      <Group gap={4} role="group" aria-label={said.category}>
        {offered.map((category) => (
          <Chip
            key={category}
            value={category}
            size="xs"
            radius="sm"
            variant="outline"
            classNames={{ label: classes.chip ?? '' }}
          >
            {names[category]}
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  )
}

function Task({ search, change }: Props) {
  const said = words.use()
  const [typed, setTyped] = useState('')
  const [sought] = useDebouncedValue(typed, TYPING_MS)
  const chosen = search.task
  const { data } = useAsk(LogTasks, {
    search: sought || null,
    chosen: chosen ?? '',
    withChosen: chosen !== undefined,
  })
  const found = data?.grabTasks.nodes ?? []
  const known =
    data?.grabTask && !found.some(({ id }) => id === data.grabTask?.id) ? [data.grabTask, ...found] : found
  return (
    <Select
      size="xs"
      w={160}
      aria-label={said.task}
      placeholder={said.allTasks}
      searchable
      clearable
      data={known.map(({ id, name }) => ({ value: id, label: name }))}
      value={chosen ?? null}
      // The server looked for what was typed.
      filter={({ options }) => options}
      onSearchChange={setTyped}
      onChange={(task) => change({ task: task ?? undefined })}
    />
  )
}

function Tenant({ search, change }: Props) {
  const said = words.use()
  const { data } = useAsk(LogTenants, {})
  return (
    <Select
      size="xs"
      w={150}
      aria-label={said.tenant}
      placeholder={said.allTenants}
      searchable
      clearable
      data={(data?.tenants.nodes ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      value={search.tenant ?? null}
      onChange={(tenant) => change({ tenant: tenant ?? undefined })}
    />
  )
}

const EVER = 'ever'

function Since({ search, change }: Props) {
  const said = words.use()
  const { since = EVER } = search
  const spans = [EVER, ...SPANS]
  return (
    <Select
      size="xs"
      w={130}
      aria-label={said.since}
      allowDeselect={false}
      data={(spans.includes(since) ? spans : [...spans, since]).map((span) => ({
        value: span,
        label: span === EVER ? said.ever : (said.spans[span] ?? span),
      }))}
      value={since}
      onChange={(span) => change({ since: span && span !== EVER ? span : undefined })}
    />
  )
}

function Search({ search, change }: Props) {
  const said = words.use()
  return (
    <SearchField
      label={said.search}
      placeholder={`${said.search} (/)`}
      value={search.q ?? ''}
      onValue={(q) => change({ q: q || undefined })}
      size="xs"
      className={classes.search}
    />
  )
}

function Fold({ search, change }: Props) {
  const said = words.use()
  return (
    <Checkbox
      size="xs"
      label={said.fold}
      checked={search.fold !== 'no'}
      onChange={({ currentTarget: { checked } }) => change({ fold: checked ? undefined : 'no' })}
    />
  )
}

function Columns() {
  const said = words.use()
  const shown = useValue(columns)
  return (
    <Popover position="bottom-end" withinPortal trapFocus>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<IconColumns3 size={14} aria-hidden />}>
          {said.columns}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={said.columns}>
        <Stack gap="xs">
          {COLUMNS.map((column) => (
            <Checkbox
              key={column}
              size="sm"
              label={said.column[column]}
              checked={shown[column]}
              onChange={() => toggleColumn(column)}
            />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}
