import { Code, Drawer, Group, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

import { Copyable, CopyButton } from '../../ui/copy'
import { TextLink } from '../../ui/link'
import { Mark } from '../../ui/mark'
import { Waiting } from '../../ui/states'
import { When } from '../../ui/when'
import { words as common } from '../../ui/words'
import { nameOf, sizeOf, sshOf } from './facts'
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
  const { close } = common.use()
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="lg"
      title={found ? nameOf(found.instance) : said.title}
      closeButtonProps={{ 'aria-label': close }}
    >
      {found && <Known found={found} />}
      {!found && (complete ? <Text>{said.gone}</Text> : <Waiting />)}
    </Drawer>
  )
}

function Known({ found }: { found: GrabbedInstance }) {
  const said = words.use()
  const { instance, task } = found
  const ssh = sshOf(found)
  return (
    <Stack gap="lg">
      <dl className={classes.facts}>
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
      </dl>
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

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}
