import { Anchor, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'

import { clockOf, zoneOf } from '../../i18n/clock'
import { enums } from '../../i18n/enums'
import { useFormat } from '../../i18n/format'
import type { Task } from '../../store/tasks'
import { Copyable, shortened } from '../../ui/copy'
import { Fact, Facts } from '../../ui/facts'
import { Clock } from '../../ui/when'
import { words } from './configuration-words'
import type { Detail } from './documents'

interface Props {
  task: Task
  detail: Detail
}

/** What it wants, and when it tries. */
export function Configuration({ task, detail }: Props) {
  const said = words.use()
  return (
    <section className="card" aria-label={said.title}>
      <Title order={2} size="h5" mb="xs">
        {said.title}
      </Title>
      <Facts>
        <Fact name={said.tenant}>
          <Anchor component={Link} to="/tenants/$id" params={{ id: task.tenant.id } as never} size="sm">
            {task.tenant.name}
          </Anchor>
        </Fact>
        <Wish task={task} detail={detail} />
        <Network detail={detail} />
        <Login detail={detail} />
        <Schedule detail={detail} />
        <Fact name={said.id}>
          <Copyable text={task.id}>{shortened(task.id)}</Copyable>
        </Fact>
      </Facts>
    </section>
  )
}

function Wish({ task: { spec, startsInstance }, detail: { details } }: Props) {
  const said = words.use()
  const { number } = useFormat()
  if (startsInstance) {
    return (
      <>
        <Fact name={said.starts}>
          <Copyable text={startsInstance.instance}>{shortened(startsInstance.instance)}</Copyable>
        </Fact>
        <Fact name={said.regions}>{startsInstance.region}</Fact>
      </>
    )
  }
  if (!spec || !details) return null
  const { sizes, availabilityDomains, vpusPerGb, tags } = details
  return (
    <>
      <Fact name={said.regions}>{spec.regions.join(', ')}</Fact>
      {availabilityDomains.length > 0 && <Fact name={said.domains}>{availabilityDomains.join(', ')}</Fact>}
      <Fact name={said.shape}>{spec.shape}</Fact>
      {sizes.length > 0 && (
        <Fact name={said.size}>
          {sizes.map(({ ocpus, memoryGb }, index) => (
            <div key={`${ocpus} ${memoryGb}`}>
              {index > 0 && `${said.orElse} `}
              {number(ocpus)} OCPU · {number(memoryGb)} GB
            </div>
          ))}
        </Fact>
      )}
      <Fact name={said.image}>
        {spec.image.startsWith('ocid1.') ? (
          <Copyable text={spec.image}>{shortened(spec.image)}</Copyable>
        ) : (
          spec.image
        )}
      </Fact>
      <Fact name={said.disk}>
        {spec.bootVolumeGb} GB{vpusPerGb ? ` · ${vpusPerGb} VPU/GB` : ''}
      </Fact>
      {tags.length > 0 && (
        <Fact name={said.tags}>{tags.map(({ name, value }) => `${name}=${value}`).join(', ')}</Fact>
      )}
    </>
  )
}

function Network({ detail: { details } }: Pick<Props, 'detail'>) {
  const said = words.use()
  if (!details) return null
  const { publicIpv4, ipv6, subnet } = details
  const addresses = [publicIpv4 ? said.publicIpv4 : said.privateOnly, ...(ipv6 ? ['IPv6'] : [])].join(', ')
  return (
    <>
      <Fact name={said.network}>{addresses}</Fact>
      {subnet && (
        <Fact name={said.subnet}>
          <Copyable text={subnet}>{shortened(subnet)}</Copyable>
        </Fact>
      )}
    </>
  )
}

function Login({ detail: { details } }: Pick<Props, 'detail'>) {
  const said = words.use()
  if (!details) return null
  const { sshKeys, hasRootPassword, hasUserData } = details
  return (
    <>
      {sshKeys.length > 0 && (
        <Fact name={said.sshKeys}>
          {sshKeys.map((key) => (
            <div key={key}>
              <Copyable text={key}>{shortKey(key)}</Copyable>
            </div>
          ))}
        </Fact>
      )}
      {hasRootPassword && <Fact name={said.rootPassword}>{said.sealed}</Fact>}
      {hasUserData && <Fact name={said.userData}>{said.sealed}</Fact>}
    </>
  )
}

/** `ssh-ed25519 …k3Xw9A me@home`: the beginning is alike in all. */
function shortKey(key: string): string {
  const [kind = '', body = '', ...comment] = key.trim().split(/\s+/)
  return [kind, `…${body.slice(-8)}`, ...comment].join(' ')
}

function Schedule({ detail: { timing } }: Pick<Props, 'detail'>) {
  const said = words.use()
  const { count } = useFormat()
  const { interval, jitterPercent, startAt, deadline, maxAttempts } = timing
  return (
    <>
      <Fact name={said.interval}>
        {count(interval)} s{jitterPercent > 0 ? ` ±${jitterPercent}%` : ''}
      </Fact>
      {startAt && <Fact name={said.startAt}>{<Moment at={startAt} />}</Fact>}
      {deadline && <Fact name={said.deadline}>{<Moment at={deadline} />}</Fact>}
      {maxAttempts ? <Fact name={said.maxAttempts}>{count(maxAttempts)}</Fact> : null}
      <Windows detail={{ timing }} />
    </>
  )
}

function Moment({ at }: { at: string }) {
  const { day } = useFormat()
  return (
    <>
      {day(at)} <Clock at={at} />
    </>
  )
}

function Windows({ detail: { timing } }: { detail: Pick<Detail, 'timing'> }) {
  const said = words.use()
  const { weekday } = enums.use()
  const { windows, cronWindows, utcOffsetMinutes } = timing
  if (windows.length + cronWindows.length === 0) return null
  const lines = [
    ...windows.map(({ days, fromMinute, toMinute }) =>
      [
        days.map((day) => weekday[day]).join(' ') || said.daily,
        `${clockOf(fromMinute)}–${clockOf(toMinute)}`,
      ].join(' '),
    ),
    ...cronWindows.map(({ cron, minutes }) => said.cron(cron, minutes)),
  ]
  return (
    <Fact name={said.windows}>
      {lines.map((line) => (
        <div key={line}>{line}</div>
      ))}
      {zoneOf(utcOffsetMinutes)}
    </Fact>
  )
}
