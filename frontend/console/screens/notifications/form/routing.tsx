/** What of all that happens a channel is told, when, and in which language. */
import {
  Checkbox,
  Fieldset,
  Group,
  Input,
  MultiSelect,
  SegmentedControl,
  Stack,
  TextInput,
} from '@mantine/core'
import { useId } from 'react'

import { useAsk } from '../../../graphql/asking'
import type { NotificationTopic, Severity } from '../../../graphql/enums'
import { enums } from '../../../i18n/enums'
import { OffsetSelect } from '../../../ui/offset-select'
import { refusalAt } from '../../../ui/states'
import { TenantNames } from '../documents'
import { refusedWithin, useChannelForm, useField } from './context'
import { words } from './words'

const SEVERITIES: Severity[] = ['INFO', 'WARNING', 'CRITICAL']

export function Routing() {
  const said = words.use()
  return (
    <Fieldset legend={said.routing}>
      <Stack gap="md">
        <Topics />
        <AtLeast />
        <Tenants />
        <Quiet />
        <Language />
      </Stack>
    </Fieldset>
  )
}

function Topics() {
  const said = words.use()
  const { topic } = enums.use()
  const { field } = useField()
  return (
    <Checkbox.Group label={said.topics} {...field('topics')}>
      <Group gap="md" mt={6}>
        {(Object.keys(topic) as NotificationTopic[]).map((each) => (
          <Checkbox key={each} value={each} label={topic[each]} />
        ))}
      </Group>
    </Checkbox.Group>
  )
}

function AtLeast() {
  const said = words.use()
  const { severity } = enums.use()
  const data = SEVERITIES.map((value) => ({ value, label: severity[value] }))
  return <Choice path="rules.atLeast" label={said.atLeast} hint={said.atLeastHint} data={data} />
}

function Language() {
  const said = words.use()
  const data = [
    { value: 'ENGLISH', label: 'English' },
    { value: 'CHINESE', label: '中文' },
  ]
  return <Choice path="rules.language" label={said.language} data={data} />
}

interface ChoiceProps {
  path: string
  label: string
  hint?: string
  data: { value: string; label: string }[]
}

function Choice({ path, label, hint, data }: ChoiceProps) {
  const { field } = useField()
  const id = useId()
  const { error, ...input } = field(path)
  return (
    <Input.Wrapper label={label} labelElement="div" description={hint} id={id} error={error}>
      <SegmentedControl fullWidth mt={4} aria-labelledby={`${id}-label`} data={data} {...input} />
    </Input.Wrapper>
  )
}

function Tenants() {
  const said = words.use()
  const { form, refusals } = useChannelForm()
  const { field } = useField()
  const { data } = useAsk(TenantNames, {})
  const known = data?.tenants.nodes.map(({ id, name }) => ({ value: id, label: name })) ?? []
  // Those that were chosen and are beyond the first hundred, or gone, stay chosen.
  const others = form.values.rules.tenantIds.filter((id) => !known.some(({ value }) => value === id))
  return (
    <MultiSelect
      label={said.tenants}
      description={said.tenantsHint}
      placeholder={form.values.rules.tenantIds.length === 0 ? said.allTenants : ''}
      searchable
      clearable
      data={[...known, ...others.map((id) => ({ value: id, label: id }))]}
      {...field('rules.tenantIds')}
      error={refusedWithin(refusals, 'rules.tenantIds')}
    />
  )
}

function Quiet() {
  const said = words.use()
  const { form, refusals } = useChannelForm()
  const { field, check } = useField()
  const { isQuiet, utcOffsetMinutes } = form.values.rules
  return (
    <Stack gap={6}>
      <Checkbox label={said.quiet} description={said.quietHint} {...check('rules.isQuiet')} />
      {isQuiet && (
        <Group gap="sm" align="flex-start">
          <TextInput
            type="time"
            label={said.quietFrom}
            {...field('rules.quietFrom')}
            error={refusedWithin(refusals, 'rules.quietHours')}
          />
          <TextInput type="time" label={said.quietTo} {...field('rules.quietTo')} />
          <OffsetSelect
            label={said.clock}
            value={utcOffsetMinutes}
            onChange={(minutes) => form.setFieldValue('rules.utcOffsetMinutes', minutes)}
            error={refusalAt(refusals, 'rules.utcOffsetMinutes')}
          />
        </Group>
      )}
    </Stack>
  )
}
