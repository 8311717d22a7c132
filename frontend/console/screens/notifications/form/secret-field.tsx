import { Checkbox, PasswordInput, Stack } from '@mantine/core'

import { useField } from './context'
import { words } from './words'

interface NeededProps {
  path: string
  label: string
  hint: string
  /** What may be shown of the one that is kept. */
  kept: string | undefined
}

/** A secret that a channel cannot do without. */
export function Needed({ path, label, hint, kept }: NeededProps) {
  const said = words.use()
  const { field } = useField()
  return (
    <PasswordInput
      label={label}
      description={kept ? said.kept(kept) : hint}
      required={!kept}
      autoComplete="off"
      {...field(path)}
    />
  )
}

interface SpareProps {
  path: string
  /** The draft's word that it is to be taken away. */
  without: string
  label: string
  hint: string
  /** There is one, or what may be shown of it. */
  kept: boolean | string
}

/** A secret that a channel can do without. */
export function Spare({ path, without, label, hint, kept }: SpareProps) {
  const said = words.use()
  const { field, check } = useField()
  const isTaken = check(without).checked ?? false
  const stands = typeof kept === 'string' ? said.kept(kept) : said.keptHidden
  return (
    <Stack gap={6}>
      <PasswordInput
        label={label}
        description={kept ? stands : hint}
        autoComplete="off"
        {...field(path)}
        disabled={isTaken}
      />
      {kept && <Checkbox size="xs" label={`${said.without}: ${label}`} {...check(without)} />}
    </Stack>
  )
}
