import { Button, CloseButton, Group, Stack, Text, Textarea } from '@mantine/core'

import { Mark } from '../../../ui/mark'
import { Failed, Refused, refusalAt } from '../../../ui/states'
import type { Tests } from '../tests'
import { Drop } from './drop'
import classes from './import.module.css'
import { Lines } from './lines'
import type { NamedText, Split } from './split'
import { type Importing, useImport } from './use-import'
import { words } from './words'

export interface WayProps {
  tests: Tests
  onImported: () => void
  onDone: () => void
}

/** From the file of Oracle's own tools: first what would be, then what is. */
export function FromFile({ tests, onImported, onDone }: WayProps) {
  const said = words.use()
  const importing = useImport(tests, onImported)
  const { given, unused, shown, refusals, fault, take, change } = importing
  if (shown && !shown.dry && shown.lines.every(({ tenant }) => tenant))
    return (
      <Stack gap="md">
        <Lines lines={shown.lines} dry={false} tests={tests} />
        <Button onClick={onDone}>{said.done}</Button>
      </Stack>
    )
  return (
    <Stack gap="md">
      <Drop onFiles={take} />
      <Files
        keys={given.keys}
        unused={unused}
        onRemove={(name) => change({ keys: given.keys.filter((key) => key.name !== name) })}
      />
      <Texts importing={importing} />
      <Refused refusals={refusals} known={['config', 'keys']} />
      {fault && <Failed fault={fault} />}
      {shown && <Lines lines={shown.lines} dry={shown.dry} tests={tests} />}
      <Buttons importing={importing} />
    </Stack>
  )
}

const EXAMPLE = `[DEFAULT]
user=ocid1.user.oc1..…
fingerprint=…
tenancy=ocid1.tenancy.oc1..…
region=ap-tokyo-1
key_file=~/.oci/oci_api_key.pem`

function Texts({ importing: { given, refusals, change } }: { importing: Importing }) {
  const said = words.use()
  const text = { classNames: { input: 'mono' }, autosize: true, spellCheck: false, autoComplete: 'off' }
  return (
    <>
      <Textarea
        {...text}
        label={said.config}
        description={said.configHint}
        error={refusalAt(refusals, 'config')}
        placeholder={EXAMPLE}
        value={given.config}
        onChange={(event) => change({ config: event.currentTarget.value })}
        minRows={6}
        maxRows={12}
      />
      <Textarea
        {...text}
        label={said.pasted}
        description={said.pastedHint}
        error={refusalAt(refusals, 'keys')}
        placeholder="-----BEGIN PRIVATE KEY-----"
        value={given.pasted}
        onChange={(event) => change({ pasted: event.currentTarget.value })}
        minRows={2}
        maxRows={6}
      />
    </>
  )
}

function Buttons({ importing: { given, shown, busy, check, add } }: { importing: Importing }) {
  const said = words.use()
  const good = shown?.dry ? shown.lines.filter(({ userErrors }) => userErrors.length === 0).length : 0
  return (
    <Group justify="flex-end">
      <Button
        variant={good > 0 ? 'default' : 'filled'}
        onClick={check}
        loading={busy && good === 0}
        disabled={!given.config.trim()}
      >
        {said.check}
      </Button>
      {good > 0 && (
        <Button onClick={add} loading={busy}>
          {said.importThese(good)}
        </Button>
      )}
    </Group>
  )
}

/** What was dropped: keys by their names only. */
function Files({
  keys,
  unused,
  onRemove,
}: {
  keys: NamedText[]
  unused: Split['unused']
  onRemove: (name: string) => void
}) {
  const said = words.use()
  if (keys.length + unused.length === 0) return null
  return (
    <ul className={classes.keys} aria-label={said.keys}>
      {keys.map(({ name }) => (
        <li key={name}>
          <Group gap="xs" wrap="nowrap" fz="sm">
            <Mark tone="got">{said.keys}</Mark>
            <span className="mono">{name}</span>
            <CloseButton size="sm" aria-label={said.remove(name)} onClick={() => onRemove(name)} />
          </Group>
        </li>
      ))}
      {unused.map(({ name, why }) => (
        <Text component="li" size="sm" key={name}>
          <Mark tone="throttled" sign="!">
            <span className="mono">{name}</span>
          </Mark>{' '}
          {said.unused[why]}
        </Text>
      ))}
    </ul>
  )
}
