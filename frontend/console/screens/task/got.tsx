import { Anchor, Group, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'

import { useFormat } from '../../i18n/format'
import type { Task } from '../../store/tasks'
import { Copyable, CopyButton, shortened } from '../../ui/copy'
import { Mark } from '../../ui/mark'
import type { Detail, Grabbed } from './documents'
import { shortDomains } from './runs'
import classes from './task.module.css'
import { words } from './words'

/** The page turns: what was wanted is there. What is told of each instance comes with the answer; its address is there at once. */
export function Got({ task, detail }: { task: Task; detail: Detail | undefined }) {
  const said = words.use()
  const wanted = task.spec?.count ?? 1
  if (task.instances.length === 0) return null
  return (
    <section className={`card ${classes.got}`} aria-label={said.got} aria-live="polite">
      <Group justify="space-between" gap="xs">
        <Title order={2} size="h4">
          <Mark tone="got">
            {task.instances.length < wanted ? said.gotSome(task.instances.length, wanted) : said.got}
          </Mark>
        </Title>
        <HowLong task={task} />
      </Group>
      {task.instances.map((instance) => (
        <Instance
          key={instance.id}
          instance={instance}
          more={detail?.grabbed.find(({ id }) => id === instance.id)}
          user={userOf(task.spec?.image)}
        />
      ))}
    </section>
  )
}

function HowLong({ task: { state, startedAt, finishedAt, attemptCount, faultCount } }: { task: Task }) {
  const said = words.use()
  const { duration, count } = useFormat()
  if (state !== 'SUCCEEDED' || !startedAt || !finishedAt) return null
  const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000
  return (
    <Text size="sm" c="dimmed" className="figures">
      {said.gotIn(duration(seconds), said.attempts(count(attemptCount), attemptCount === 1))}
      {faultCount > 0 && ` · ${said.faults(faultCount, count(faultCount))}`}
    </Text>
  )
}

interface InstanceProps {
  instance: Task['instances'][number]
  more: Grabbed | undefined
  user: string | undefined
}

function Instance({ instance, more, user }: InstanceProps) {
  const said = words.use()
  const [address] = instance.publicIps
  const inside = more?.privateIps[0]
  return (
    <Stack gap={4} mt="sm">
      {address ? <Reach address={address} user={user} /> : <Text size="sm">{said.noAddress}</Text>}
      {!address && inside && (
        <Text size="sm">
          {said.privateAddress}: <Copyable text={inside} />
        </Text>
      )}
      <Text size="sm" c="dimmed" component="div">
        <Copyable text={more?.providerId ?? instance.name}>{shortened(instance.name)}</Copyable>
        {` · ${more ? shortDomains([more.zone], true) : instance.region} · `}
        <Anchor component={Link} to="/instances" search={{ open: instance.id } as never} size="sm">
          {said.open}
        </Anchor>
      </Text>
    </Stack>
  )
}

function Reach({ address, user }: { address: string; user: string | undefined }) {
  const said = words.use()
  const command = `ssh ${user ? `${user}@` : ''}${address}`
  return (
    <>
      <Group gap="xs">
        <span className={classes.address}>{address}</span>
        <CopyButton text={address} what={said.address} />
      </Group>
      <span>
        <Copyable text={command} />
      </span>
    </>
  )
}

/** Whom the image lets in by key. Of an image that is named by its id alone nobody knows. */
function userOf(image: string | undefined): string | undefined {
  if (image?.startsWith('Canonical Ubuntu')) return 'ubuntu'
  return image?.startsWith('Oracle') ? 'opc' : undefined
}
