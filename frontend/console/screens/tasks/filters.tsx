import { Button, MultiSelect, Select, Text, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconBookmark, IconSearch } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'

import { useAsk } from '../../graphql/asking'
import type { GrabTaskState } from '../../graphql/enums'
import { enums } from '../../i18n/enums'
import { useFormat } from '../../i18n/format'
import { dropView, savedViews, saveView } from '../../store/saved-views'
import { useValue } from '../../store/value'
import { useKeys } from '../../ui/keys'
import { say } from '../../ui/toast'
import type { TasksSearch } from '../search'
import { TenantNames } from './documents'
import { isFiltered, ORDERS, orderOf, statesOf } from './filter'
import classes from './tasks.module.css'
import { words } from './words'

export interface FiltersProps {
  search: TasksSearch
  shown: number
  total: number
  onChange(change: Partial<TasksSearch>): void
}

/** The filter is the address of the page: a link shows the same. */
export function Filters({ search, shown, total, onChange }: FiltersProps) {
  const said = words.use()
  const { state } = enums.use()
  const format = useFormat()
  const { data } = useAsk(TenantNames, {})
  const tenants = (data?.tenants.nodes ?? []).map(({ id, name }) => ({ value: id, label: name }))
  const states = Object.entries(state).map(([value, label]) => ({ value, label }))
  return (
    <div className={classes.filters}>
      <MultiSelect
        aria-label={said.state}
        placeholder={search.state ? undefined : said.anyState}
        data={states}
        value={statesOf(search)}
        onChange={(chosen) =>
          onChange({
            state: chosen.map((one) => (one as GrabTaskState).toLowerCase()).join(',') || undefined,
          })
        }
        clearable
        size="sm"
      />
      <Select
        aria-label={said.tenant}
        placeholder={said.anyTenant}
        data={tenants}
        value={search.tenant ?? null}
        onChange={(tenant) => onChange({ tenant: tenant ?? undefined })}
        clearable
        searchable
        size="sm"
      />
      <Search text={search.q ?? ''} onChange={(q) => onChange({ q: q || undefined })} />
      <Select
        aria-label={said.order}
        data={ORDERS.map((order) => ({ value: order, label: said.orders[order] }))}
        value={orderOf(search)}
        onChange={(order) => onChange({ order: order === 'created' ? undefined : (order ?? undefined) })}
        allowDeselect={false}
        w={150}
        size="sm"
      />
      <Text size="sm" c="dimmed" className="figures">
        {said.shown(format.count(shown), format.count(total))}
      </Text>
      <SaveView search={search} />
    </div>
  )
}

function Search({ text, onChange }: { text: string; onChange(text: string): void }) {
  const { search } = words.use()
  const field = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState(text)
  const tell = useDebouncedCallback(onChange, 250)
  useEffect(() => setTyped(text), [text])
  useKeys({ '/': () => field.current?.focus() })
  return (
    <TextInput
      ref={field}
      className={classes.grow}
      aria-label={search}
      placeholder={search}
      leftSection={<IconSearch size={16} aria-hidden />}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value)
        tell(event.currentTarget.value)
      }}
      size="sm"
    />
  )
}

/** A filter is pinned to the side bar under what it says. */
function SaveView({ search }: { search: TasksSearch }) {
  const said = words.use()
  const { state } = enums.use()
  const views = useValue(savedViews)
  const address = `${location.pathname}${location.search}`
  if (!isFiltered(search)) return null
  const isSaved = views.some((view) => view.address === address)
  const name = [...statesOf(search).map((one) => state[one]), search.region, search.q]
    .filter(Boolean)
    .join(' · ')
  return (
    <Button
      variant="default"
      size="sm"
      leftSection={<IconBookmark size={16} />}
      onClick={() => {
        if (isSaved) return dropView(address)
        saveView({ name: name || said.title, address })
        say(said.savedAs(name || said.title))
      }}
    >
      {isSaved ? said.dropView : said.saveView}
    </Button>
  )
}
