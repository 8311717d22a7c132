import { Button, Group, Text } from '@mantine/core'
import { useState } from 'react'

import { useAsk } from '../../../graphql/asking'
import type { ResultOf } from '../../../graphql/graphql'
import { Mark } from '../../../ui/mark'
import { Failed } from '../../../ui/states'
import { Section } from '../section'
import { AuditTrail } from './documents'
import { words } from './words'

export function AuditSection() {
  const said = words.use()
  const [wanted, setWanted] = useState(false)
  const { data, fault, asking, again } = useAsk(AuditTrail, {}, { when: wanted })
  const check = () => (wanted ? again() : setWanted(true))
  return (
    <Section id="audit" title={said.audit} note={said.auditNote}>
      {fault && <Failed fault={fault} again={again} />}
      <Group justify="space-between" gap="sm">
        {data ? <Found trail={data.auditTrail} /> : <Text size="sm">{said.auditUnknown}</Text>}
        <Button variant="default" onClick={check} loading={asking}>
          {said.check}
        </Button>
      </Group>
    </Section>
  )
}

function Found({ trail }: { trail: ResultOf<typeof AuditTrail>['auditTrail'] }) {
  const said = words.use()
  if (!trail.whole) {
    return (
      <Mark tone="fault">{trail.brokenAt === null ? said.brokenSomewhere : said.broken(trail.brokenAt)}</Mark>
    )
  }
  return (
    <div style={{ flex: '1 1 16rem' }} role="status">
      <Mark tone="got">{said.whole(trail.records)}</Mark>
      <Text size="sm" c="dimmed">
        {said.wholeHint}
      </Text>
    </div>
  )
}
