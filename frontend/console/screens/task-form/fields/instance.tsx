import { TextInput } from '@mantine/core'

import { useTaskForm } from '../context'
import { words } from '../words'
import { Part } from './part'

/** The stopped instance that is to be started. It is what it is: nothing else can be wished for. */
export function InstanceField() {
  const { mode, draft, patch, error } = useTaskForm()
  const said = words.use()
  return (
    <Part title={said.what}>
      <TextInput
        label={said.instance}
        description={said.instanceHint}
        placeholder="ocid1.instance.…"
        spellCheck={false}
        readOnly={mode === 'edit'}
        classNames={{ input: 'mono' }}
        value={draft.instance}
        onChange={({ currentTarget }) => patch({ instance: currentTarget.value })}
        error={error('instance')}
      />
    </Part>
  )
}
