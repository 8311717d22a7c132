import { Alert, Input, MultiSelect, SegmentedControl, TagsInput, Text, TextInput } from '@mantine/core'
import { useState } from 'react'

import { enums } from '../../../i18n/enums'
import { Failed } from '../../../ui/states'
import { useTenants } from '../choices'
import { useTaskForm } from '../context'
import { words } from '../words'
import { Part } from './part'

/** Whose account, and in which regions. */
export function Places({ tenants }: { tenants: ReturnType<typeof useTenants> & Searching }) {
  const { draft, patch, error } = useTaskForm()
  const said = words.use()
  return (
    <Part title={said.who}>
      {tenants.fault && <Failed fault={tenants.fault} again={tenants.again} />}
      {tenants.none ? (
        <Alert color="yellow" variant="outline">
          {said.noTenants}
        </Alert>
      ) : (
        <TenantsField tenants={tenants} />
      )}
      <Regions />
      <TextInput
        label={said.name}
        description={said.nameHint}
        value={draft.name}
        onChange={({ currentTarget }) => patch({ name: currentTarget.value })}
        error={error('name')}
      />
    </Part>
  )
}

interface Searching {
  search: string
  setSearch(search: string): void
}

/** The tenants known, and what is typed to find one. */
export function useTenantSearch(): ReturnType<typeof useTenants> & Searching {
  const [search, setSearch] = useState('')
  return { ...useTenants(search), search, setSearch }
}

function TenantsField({
  tenants: { known, search, setSearch },
}: {
  tenants: ReturnType<typeof useTenantSearch>
}) {
  const { draft, patch, error } = useTaskForm()
  const said = words.use()
  const { account } = enums.use()
  const named = [...known.values()].map(({ id, name }) => ({ value: id, label: name }))
  // A draft may name one that is gone by now: it is shown by its id, and the server says what is wrong with it.
  const gone = draft.tenantIds.filter((id) => !known.has(id)).map((id) => ({ value: id, label: id }))
  return (
    <MultiSelect
      label={said.tenants}
      description={said.tenantsHint}
      data={[...named, ...gone]}
      value={draft.tenantIds}
      onChange={(tenantIds) => patch({ tenantIds })}
      searchable
      searchValue={search}
      onSearchChange={setSearch}
      error={error('tenantIds')}
      renderOption={({ option }) => {
        const tenant = known.get(option.value)
        return (
          <span>
            {option.label}
            {tenant && (
              <Text size="xs" c="dimmed" component="span" ml="xs">
                {tenant.homeRegion.code} · {account[tenant.status]}
              </Text>
            )}
          </span>
        )
      }}
    />
  )
}

export function Regions() {
  const { mode, draft, patch, error, regions } = useTaskForm()
  const said = words.use()
  const ways = [
    { value: 'turn', label: said.inTurn },
    { value: 'each', label: said.eachRegion },
  ]
  return (
    <>
      <TagsInput
        label={said.regions}
        description={mode === 'edit' ? said.regionsEditHint : said.regionsHint}
        data={regions}
        value={draft.regions}
        onChange={(regions) => patch({ regions, ...(regions.length < 2 && { eachRegion: false }) })}
        {...(draft.goal === 'start' && { maxTags: 1 })}
        error={error('regions')}
      />
      {mode === 'new' && draft.goal === 'launch' && draft.regions.length > 1 && (
        <Input.Wrapper label={said.several} labelElement="div">
          <SegmentedControl
            fullWidth
            aria-label={said.several}
            data={ways}
            value={draft.eachRegion ? 'each' : 'turn'}
            onChange={(way) => patch({ eachRegion: way === 'each' })}
          />
        </Input.Wrapper>
      )}
    </>
  )
}
