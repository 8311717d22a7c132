import { Text } from '@mantine/core'

import { useFormat } from '../../i18n/format'
import { Copyable } from '../../ui/copy'
import { OutcomeMark } from '../../ui/mark'
import { toneOfOutcome } from '../../ui/tone'
import { Bars } from './bars'
import type { Outcomes, Statistics } from './documents'
import { Numbers, Panel } from './panel'
import { words } from './words'

interface Counts {
  attempts: number
  launched: number
  faults: number
}

/** Every way an attempt ended, and what failed before there was one. */
export function Faults({ found }: { found: Statistics }) {
  const said = words.use()
  const faults = found.outcomes.filter(({ outcome }) => toneOfOutcome(outcome) === 'fault')
  return (
    <Panel title={said.kinds}>
      {faults.length === 0 ? (
        <Text c="dimmed">{said.noFaults}</Text>
      ) : (
        <Ways label={said.kinds} outcomes={faults} />
      )}
      {found.preparationFailures.length > 0 && (
        <>
          <Text fw={600} mt="sm">
            {said.preparation}
          </Text>
          <Text size="sm" c="dimmed">
            {said.preparationText}
          </Text>
          <Ways label={said.preparation} outcomes={found.preparationFailures} />
        </>
      )}
      <Text fw={600} mt="sm">
        {said.outcomes}
      </Text>
      <Ways label={said.outcomes} outcomes={found.outcomes} />
    </Panel>
  )
}

function Ways({ label, outcomes }: { label: string; outcomes: Outcomes }) {
  const said = words.use()
  const rows = outcomes
    .toSorted((one, other) => other.count - one.count)
    .map(({ outcome, count }) => ({
      key: outcome,
      name: <OutcomeMark outcome={outcome} />,
      count,
      tone: toneOfOutcome(outcome),
    }))
  return <Bars label={label} heads={[said.outcome, said.times]} rows={rows} />
}

export function Shapes({ found: { shapes } }: { found: Statistics }) {
  const said = words.use()
  const counted = useCounted()
  return (
    <Panel title={said.shapes} wide>
      <Numbers
        label={said.shapes}
        heads={[said.shape, said.attempts, said.launched, said.faults, said.share]}
        rows={shapes.map((row) => ({ key: row.shape, cells: [row.shape, ...counted(row)] }))}
      />
    </Panel>
  )
}

export function Places({ found: { availabilityDomains } }: { found: Statistics }) {
  const said = words.use()
  const counted = useCounted()
  return (
    <Panel title={said.places} wide>
      <Numbers
        label={said.places}
        names={2}
        heads={[said.region, said.domain, said.attempts, said.launched, said.faults, said.share]}
        rows={availabilityDomains.map((row) => {
          const { region, availabilityDomain: domain } = row
          return {
            key: `${region} ${domain}`,
            cells: [region, <Domain key="domain" name={domain} />, ...counted(row)],
          }
        })}
      />
    </Panel>
  )
}

/** Counts, and how many of the attempts came to something. */
function useCounted(): (row: Counts) => string[] {
  const said = words.use()
  const format = useFormat()
  return ({ attempts, launched, faults }) => [
    format.count(attempts),
    format.count(launched),
    format.count(faults),
    attempts > 0 ? format.percent(launched / attempts) : said.none,
  ]
}

/** With its prefix: the same number is another building for another tenancy. */
function Domain({ name }: { name: string | null }) {
  const said = words.use()
  return name ? <Copyable text={name} /> : said.unknownDomain
}
