import { Anchor, Group, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'

import { useFormat } from '../../i18n/format'
import type { Task } from '../../store/tasks'
import { Copyable, CopyButton, shortened } from '../../ui/copy'
import { Mark } from '../../ui/mark'
import { sshOf } from '../../ui/ssh'
import { words as common } from '../../ui/words'
import type { Detail, Grabbed } from './documents'
import { shortDomains } from './runs'
import classes from './task.module.css'
import { words } from './words'

/** The page turns: what was wanted is there. What is told of each instance comes with the answer; its address is there at once. */
export function Got({ task, detail }: { task: Task; detail: Detail | undefined }) {
  const said = words.use()
  const wanted = task.spec?.count ?? 1
  if (task.instances.length === 0) return null
  const access = task.spec && detail?.details ? { ...task.spec, ...detail.details } : undefined
  const ssh = detail && ((address: string) => sshOf(address, access))
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
          ssh={ssh}
        />
      ))}
    </section>
  )
}

function HowLong({ task: { state, startedAt, finishedAt, attemptCount, faultCount } }: { task: Task }) {
  const said = words.use()
  const { attempts, faults } = common.use()
  const { duration } = useFormat()
  if (state !== 'SUCCEEDED' || !startedAt || !finishedAt) return null
  const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000
  return (
    <Text size="sm" c="dimmed" className="figures">
      {said.gotIn(duration(seconds), attempts(attemptCount))}
      {faultCount > 0 && ` · ${faults(faultCount)}`}
    </Text>
  )
}

interface InstanceProps {
  instance: Task['instances'][number]
  more: Grabbed | undefined
  /** What to type to get in at an address, once it is known whom the instance lets in. */
  ssh: ((address: string) => string) | undefined
}

function Instance({ instance, more, ssh }: InstanceProps) {
  const said = words.use()
  const [address] = instance.publicIps
  const inside = more?.privateIps[0]
  return (
    <Stack gap={4} mt="sm">
      {address ? (
        <Reach address={address} command={ssh?.(address)} />
      ) : (
        <Text size="sm">{said.noAddress}</Text>
      )}
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

function Reach({ address, command }: { address: string; command: string | undefined }) {
  const said = words.use()
  return (
    <>
      <Group gap="xs">
        <span className={classes.address}>{address}</span>
        <CopyButton text={address} what={said.address} />
      </Group>
      {command && (
        <span>
          <Copyable text={command} />
        </span>
      )}
    </>
  )
}
