import { Anchor, Group, TextInput } from '@mantine/core'

import { CopyButton } from '../../../ui/copy'
import { freshPassword } from '../../../ui/fresh-password'
import { words } from './words'

interface NewPasswordProps {
  value: string
  onChange: (password: string) => void
  error: string | undefined
}

/** Somebody else's password, in the clear: whoever sets it has to tell it. */
export function NewPassword({ value, onChange, error }: NewPasswordProps) {
  const said = words.use()
  return (
    <div>
      <TextInput
        label={said.password}
        description={said.passwordRule}
        required
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
        error={error}
        rightSection={value ? <CopyButton text={value} what={said.password} /> : null}
      />
      <Group mt={4}>
        <Anchor component="button" type="button" size="sm" onClick={() => onChange(freshPassword())}>
          {said.suggest}
        </Anchor>
      </Group>
    </div>
  )
}
