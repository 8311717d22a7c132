import {
  ActionIcon,
  Button,
  Checkbox,
  Fieldset,
  SimpleGrid,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'

import { useTaskForm } from '../context'
import { words } from '../words'
import { UserData } from './access'
import { AmountField } from './amount'
import classes from './fields.module.css'
import { Waits } from './waits'

/** What few people ever change about the instance. */
export function MoreInstance() {
  const { draft, patch, error, offer } = useTaskForm()
  const said = words.use()
  return (
    <Stack gap="sm">
      <Waits label={said.domains} description={said.domainsHint}>
        <TagsInput
          label={said.domains}
          description={said.domainsHint}
          data={offer.data?.availabilityDomains ?? []}
          value={draft.availabilityDomains}
          onChange={(availabilityDomains) => patch({ availabilityDomains })}
          error={error('availabilityDomains')}
        />
      </Waits>
      <TextInput
        label={said.subnet}
        description={said.subnetHint}
        placeholder="ocid1.subnet.…"
        spellCheck={false}
        value={draft.subnet}
        onChange={({ currentTarget }) => patch({ subnet: currentTarget.value })}
        error={error('subnet')}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <Checkbox
          label={said.publicIpv4}
          checked={draft.publicIpv4}
          onChange={({ currentTarget }) => patch({ publicIpv4: currentTarget.checked })}
          error={error('publicIpv4')}
        />
        <Checkbox
          label={said.ipv6}
          checked={draft.ipv6}
          onChange={({ currentTarget }) => patch({ ipv6: currentTarget.checked })}
          error={error('ipv6')}
        />
      </SimpleGrid>
      <AmountField field="vpusPerGb" label={said.vpus} description={said.vpusHint} step={10} />
      <Tags />
      <UserData />
    </Stack>
  )
}

function Tags() {
  const { draft, patch, error } = useTaskForm()
  const said = words.use()
  const change = (index: number, change: Partial<(typeof draft.tags)[number]>) =>
    patch({ tags: draft.tags.map((tag, at) => (at === index ? { ...tag, ...change } : tag)) })
  return (
    <Fieldset
      legend={said.tags}
      variant="unstyled"
      classNames={{ root: classes.list, legend: classes.legend }}
    >
      <Stack gap="xs">
        {draft.tags.map((tag, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a tag has nothing else to know it by, and its fields hold no state
          <div key={index} className={classes.row}>
            <TextInput
              label={said.tagName}
              value={tag.name}
              onChange={({ currentTarget }) => change(index, { name: currentTarget.value })}
            />
            <TextInput
              label={said.tagValue}
              value={tag.value}
              onChange={({ currentTarget }) => change(index, { value: currentTarget.value })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              className={classes.actions}
              style={{ boxSizing: 'content-box' }}
              aria-label={`${said.remove}: ${tag.name}`}
              onClick={() => patch({ tags: draft.tags.filter((_, at) => at !== index) })}
            >
              <IconX size={16} />
            </ActionIcon>
          </div>
        ))}
        {error('tags') && (
          <Text size="xs" className={classes.error}>
            {error('tags')}
          </Text>
        )}
        <Button
          size="compact-sm"
          variant="default"
          w="fit-content"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => patch({ tags: [...draft.tags, { name: '', value: '' }] })}
        >
          {said.addTag}
        </Button>
      </Stack>
    </Fieldset>
  )
}
