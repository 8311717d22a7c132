import { Button, MultiSelect, Select, Text } from '@mantine/core'
import { IconBookmark } from '@tabler/icons-react'

import { useAsk } from '../../graphql/asking'
import type { GrabTaskState } from '../../graphql/enums'
import { enums } from '../../i18n/enums'
import { useFormat } from '../../i18n/format'
import { dropView, savedViews, saveView } from '../../store/saved-views'
import { useValue } from '../../store/value'
import { SearchField } from '../../ui/search-field'
import { say } from '../../ui/toast'
import type { TasksSearch } from '../search'
import { TenantNames } from './documents'
import { isFiltered, ORDERS, orderOf, statesOf } from './filter'
import classes from './tasks.module.css'
import { words } from './words'

interface FiltersProps {
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
      <SearchField
        label={said.search}
        value={search.q ?? ''}
        onValue={(q) => onChange({ q: q || undefined })}
        className={classes.grow}
      />
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
