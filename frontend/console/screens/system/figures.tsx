/** The numbers of now, of the machine, of this process, and of the server. */
import { Progress, SimpleGrid } from '@mantine/core'
import type { ReactNode } from 'react'

import { useFormat } from '../../i18n/format'
import { useValue } from '../../store/value'
import { server } from '../../store/viewer'
import { Copyable } from '../../ui/copy'
import { Fact, Facts } from '../../ui/facts'
import type { Sample } from './documents'
import classes from './system.module.css'
import { words } from './words'

/** A disk or memory that is so full wants a look. */
export const FULL = 0.9

export function Figures({ newest }: { newest: Sample }) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="md">
      <MachineNow newest={newest} />
      <ProcessNow newest={newest} />
      <ServerNow />
    </SimpleGrid>
  )
}

function MachineNow({ newest }: { newest: Sample }) {
  const said = words.use()
  const format = useFormat()
  const speed = (value: number) => said.perSecond(format.bytes(value))
  const { load1, diskReadBytesPerSecond: read, diskWriteBytesPerSecond: written } = newest
  return (
    <Card title={said.now}>
      <Fact name={said.cpu}>{format.percent(newest.cpuPercent / 100)}</Fact>
      <Full name={said.memory} used={newest.memoryUsedBytes} total={newest.memoryTotalBytes} />
      <Full name={said.disk} used={newest.diskUsedBytes} total={newest.diskTotalBytes} />
      <Fact name={said.load}>{load1 === null ? said.notCounted : format.number(load1)}</Fact>
      <Fact name={said.network}>
        {said.networkValue(speed(newest.networkRxBytesPerSecond), speed(newest.networkTxBytesPerSecond))}
      </Fact>
      <Fact name={said.diskTransfer}>
        {read === null || written === null ? said.notCounted : said.diskValue(speed(read), speed(written))}
      </Fact>
    </Card>
  )
}

function ProcessNow({ newest: { process } }: { newest: Sample }) {
  const said = words.use()
  const format = useFormat()
  const speed = (value: number) => said.perSecond(format.bytes(value))
  return (
    <Card title={said.process}>
      <Fact name={said.residentMemory}>{format.bytes(process.residentBytes)}</Fact>
      <Fact name={said.processCpu}>{format.percent(process.cpuPercent / 100)}</Fact>
      <Fact name={said.actors}>{format.count(process.actors)}</Fact>
      <Fact name={said.subscriptions}>{format.count(process.subscriptions)}</Fact>
      <Fact name={said.uptime}>{format.duration(process.uptime)}</Fact>
      <Fact name={said.eventsNow}>{format.number(process.eventsPerSecond)}</Fact>
      <Fact name={said.lagNow}>
        {process.projectionLag > 0 ? said.behind(format.count(process.projectionLag)) : said.level}
      </Fact>
      <Fact name={said.diskTransfer}>
        {said.diskValue(speed(process.diskReadBytesPerSecond), speed(process.diskWriteBytesPerSecond))}
      </Fact>
    </Card>
  )
}

function ServerNow() {
  const said = words.use()
  const format = useFormat()
  const told = useValue(server)
  if (!told) return null
  const built = /^[0-9a-f]{7,}$/.test(told.commit) ? told.commit : undefined
  return (
    <Card title={said.server}>
      <Fact name={said.version}>
        <Copyable text={told.version} />
      </Fact>
      <Fact name={said.commit}>
        {built ? <Copyable text={built}>{built.slice(0, 12)}</Copyable> : said.unknown}
      </Fact>
      <Fact name={said.concurrentLimit}>{format.count(told.concurrentLimit)}</Fact>
      <Fact name={said.minInterval}>{format.duration(told.minInterval)}</Fact>
      <Fact name={said.clouds}>{told.demo ? said.demo : said.real}</Fact>
    </Card>
  )
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="card">
      <h2 className={classes.title}>{title}</h2>
      <Facts className={`figures ${classes.list}`}>{children}</Facts>
    </section>
  )
}

/** How much of it is in use, in words and as a bar. */
function Full({ name, used, total }: { name: string; used: number; total: number }) {
  const said = words.use()
  const format = useFormat()
  const share = total > 0 ? used / total : 0
  return (
    <Fact name={name}>
      {share > FULL && <span aria-hidden>! </span>}
      {said.of(format.bytes(used), format.bytes(total), format.percent(share))}
      <Progress
        value={share * 100}
        color={share > FULL ? 'var(--berth-fault)' : undefined}
        aria-label={name}
        size="sm"
        mt={4}
      />
    </Fact>
  )
}
