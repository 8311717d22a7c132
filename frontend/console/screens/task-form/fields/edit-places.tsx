import { Input, Text, TextInput } from '@mantine/core'

import { useTaskForm } from '../context'
import { words } from '../words'
import { Part } from './part'
import { Regions } from './places'

/** Whose task it is cannot be changed, and where an instance to start is neither. */
export function EditPlaces({ tenant }: { tenant: string }) {
  const { draft, patch, error } = useTaskForm()
  const said = words.use()
  return (
    <Part title={said.who}>
      <Input.Wrapper label={said.tenant} labelElement="div">
        <Text size="sm">
          {[tenant, draft.goal === 'start' && draft.regions[0]].filter(Boolean).join(' · ')}
        </Text>
      </Input.Wrapper>
      {draft.goal === 'launch' && <Regions />}
      <TextInput
        label={said.name}
        value={draft.name}
        onChange={({ currentTarget }) => patch({ name: currentTarget.value })}
        error={error('name')}
      />
    </Part>
  )
}
