import { Code, Group, Stack, Text, Title } from '@mantine/core'

import { Copyable, CopyButton } from '../../ui/copy'
import { SideDrawer } from '../../ui/dialog'
import { Fact, Facts } from '../../ui/facts'
import { TextLink } from '../../ui/link'
import { Mark } from '../../ui/mark'
import { Waiting } from '../../ui/states'
import { When } from '../../ui/when'
import { loginOf, nameOf, sizeOf } from './facts'
import classes from './instances.module.css'
import type { GrabbedInstance } from './list'
import { words } from './words'

/** Everything that is known of one instance. */
export function Detail({
  found,
  complete,
  onClose,
}: {
  found: GrabbedInstance | undefined
  complete: boolean
  onClose: () => void
}) {
  const said = words.use()
  return (
    <SideDrawer onClose={onClose} title={found ? nameOf(found.instance) : said.title}>
      {found && <Known found={found} />}
      {!found && (complete ? <Text>{said.gone}</Text> : <Waiting />)}
    </SideDrawer>
  )
}

function Known({ found }: { found: GrabbedInstance }) {
  const said = words.use()
  const { instance, task } = found
  const ssh = loginOf(found)
  return (
    <Stack gap="lg">
      <Facts>
        <Fact name={said.state}>
          <Mark tone="got" sign="●">
            {said.states[instance.state]}
          </Mark>
        </Fact>
        <Fact name={said.address}>
          <Copies texts={instance.publicIps} />
        </Fact>
        {ssh && (
          <Fact name={said.ssh}>
            <Copyable text={ssh} />
          </Fact>
        )}
        <Fact name={said.privateAddress}>
          <Copies texts={instance.privateIps} />
        </Fact>
        <Fact name={said.region}>{instance.region}</Fact>
        <Fact name={said.place}>{instance.zone}</Fact>
        {task.spec && <Fact name={said.shape}>{task.spec.shape}</Fact>}
        {instance.size && <Fact name={said.size}>{sizeOf(instance)}</Fact>}
        {task.spec && <Fact name={said.image}>{task.spec.image}</Fact>}
        <Fact name={said.seen}>
          <When at={instance.seenAt} />
        </Fact>
        <Fact name={said.grabbedBy}>
          <TextLink to="/tasks/$id" params={{ id: task.id }} inherit>
            {task.name}
          </TextLink>
        </Fact>
        <Fact name={said.tenant}>
          <TextLink to="/tenants/$id" params={{ id: task.tenant.id }} inherit>
            {task.tenant.name}
          </TextLink>
        </Fact>
        <Fact name={said.providerId}>
          <Copyable text={instance.providerId} />
        </Fact>
        <Fact name="ID">
          <Copyable text={instance.id} />
        </Fact>
      </Facts>
      <Raw text={JSON.stringify({ ...instance, grabTask: task.id, tenant: task.tenant.id }, undefined, 2)} />
    </Stack>
  )
}

function Raw({ text }: { text: string }) {
  const said = words.use()
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={3} size="h6">
          {said.raw}
        </Title>
        <CopyButton text={text} what={said.raw} />
      </Group>
      <Code block tabIndex={0} aria-label={said.raw} className={classes.raw}>
        {text}
      </Code>
    </Stack>
  )
}

function Copies({ texts }: { texts: readonly string[] }) {
  const said = words.use()
  if (texts.length === 0) return said.noAddress
  return texts.map((text) => (
    <div key={text}>
      <Copyable text={text} />
    </div>
  ))
}
