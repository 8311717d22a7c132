/** What somebody should look at, live, and the rules that say when. */
import { Button, Stack, Text, Title } from '@mantine/core'

import { useSpaced } from '../../store/spaced'
import { Mark } from '../../ui/mark'
import { Page } from '../../ui/page'
import { Failed, Waiting } from '../../ui/states'
import { AlertItem } from './alert-item'
import classes from './alerts.module.css'
import { type Alert, Alerts as Document } from './documents'
import { RulesPart } from './rules'
import { useAlerts } from './use-alerts'
import { useRules } from './use-rules'
import { words } from './words'

/** Rules are asked for again so long after an alert changed. */
const SPACING_MS = 1_000

export function Alerts() {
  const said = words.use()
  const rules = useRules()
  const rulesSoon = useSpaced(rules.again, SPACING_MS)
  const { raised, resolved, put, fault, again, asking, more } = useAlerts(rulesSoon)
  return (
    <Page
      title={said.title}
      beside={
        raised &&
        raised.length > 0 && (
          <Mark tone="fault" sign="!">
            {said.raisedNow(raised.length)}
          </Mark>
        )
      }
      behind={{ cli: 'berth alert list', document: Document, variables: { first: 50 } }}
    >
      {fault && <Failed fault={fault} again={again} />}
      {!raised && !fault && <Waiting rows={3} height={72} />}
      {raised && (
        <section aria-label={said.raisedList} aria-live="polite">
          {raised.length === 0 && (
            <Text className="card" component="div">
              <Mark tone="got">{said.allCalm}</Mark>
            </Text>
          )}
          <List alerts={raised} put={put} />
        </section>
      )}
      <RulesPart {...rules} />
      {resolved && resolved.length > 0 && (
        <section aria-labelledby="over">
          <Title order={2} size="h4" id="over" mb="sm">
            {said.over}
          </Title>
          <List alerts={resolved} put={put} />
        </section>
      )}
      {more && (
        <Stack align="center">
          <Button variant="default" size="xs" loading={asking} onClick={more}>
            {said.older}
          </Button>
        </Stack>
      )}
    </Page>
  )
}

function List({ alerts, put }: { alerts: Alert[]; put: (changed: Alert[]) => void }) {
  return (
    <ul className={classes.alerts}>
      {alerts.map((alert) => (
        <AlertItem key={alert.id} alert={alert} put={put} />
      ))}
    </ul>
  )
}
