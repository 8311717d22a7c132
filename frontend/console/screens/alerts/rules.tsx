/** What is watched: from where on it is too much, and for how long it must be so. */
import { Button, Group, Text, Title } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'

import { useMay } from '../../store/viewer'
import { Mark } from '../../ui/mark'
import { Failed, Waiting } from '../../ui/states'
import classes from './alerts.module.css'
import type { Rule } from './documents'
import { span, useFigure } from './figure'
import { RuleDialog } from './rule-dialog'
import { SeverityMark } from './severity-mark'
import type { useRules } from './use-rules'
import { words } from './words'

const route = getRouteApi('/alerts')

const SOURCES: Rule['source'][] = ['REQUESTS', 'MACHINE', 'SERVER', 'HUNT']

export function RulesPart({ rules, fault, again, put }: ReturnType<typeof useRules>) {
  const said = words.use()
  const { rule: open } = route.useSearch()
  const go = route.useNavigate()
  const mayAdminister = useMay('ADMINISTER')
  const show = (rule: string | undefined) => go({ search: { rule }, replace: rule === undefined })
  const opened = mayAdminister && rules?.find(({ name }) => name.toLowerCase() === open)
  return (
    <section aria-labelledby="rules">
      <Title order={2} size="h4" id="rules">
        {said.rules}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {said.rulesNote} {!mayAdminister && said.readOnly}
      </Text>
      {fault && <Failed fault={fault} again={again} />}
      {!rules && !fault && <Waiting rows={6} />}
      <div className={classes.sources}>
        {rules &&
          SOURCES.map((source) => (
            <section key={source} className="card" aria-label={said.source[source]}>
              <Title order={3} size="h6">
                {said.source[source]}
              </Title>
              <ul className={classes.rules}>
                {rules
                  .filter((rule) => rule.source === source)
                  .map((rule) => (
                    <RuleItem
                      key={rule.name}
                      rule={rule}
                      adjust={mayAdminister ? () => show(rule.name.toLowerCase()) : undefined}
                    />
                  ))}
              </ul>
            </section>
          ))}
      </div>
      {opened && <RuleDialog key={opened.name} rule={opened} put={put} close={() => show(undefined)} />}
    </section>
  )
}

function RuleItem({ rule, adjust }: { rule: Rule; adjust: (() => void) | undefined }) {
  const said = words.use()
  return (
    <li className={classes.rule} data-off={!rule.enabled || undefined}>
      <div>
        <Group gap="xs">
          <strong className={classes.title}>{rule.title}</strong>
          <RuleState rule={rule} />
        </Group>
        <Text size="sm" c="dimmed" className="figures">
          <Limit rule={rule} />
        </Text>
      </div>
      {adjust && (
        <Button
          className={classes.act}
          size="compact-sm"
          variant="default"
          onClick={adjust}
          aria-label={`${said.adjust}: ${rule.title}`}
        >
          {said.adjust}
        </Button>
      )}
    </li>
  )
}

/** While nothing is wrong it says how much it would matter. */
function RuleState({ rule: { enabled, raised, severity } }: { rule: Rule }) {
  const said = words.use()
  if (!enabled)
    return (
      <Mark tone="miss" sign="○">
        {said.off}
      </Mark>
    )
  return raised ? <SeverityMark severity={severity} /> : <Mark tone="got">{said.calm}</Mark>
}

function Limit({ rule: { side, threshold, lasts, unit, ...usual } }: { rule: Rule }) {
  const said = words.use()
  const figure = useFigure()
  const isUsual =
    threshold === usual.usualThreshold && lasts === usual.usualLasts && usual.enabled === usual.usualEnabled
  const limit = said.limit[side](figure(threshold, unit))
  return [limit, lasts > 0 && said.forLong(span(lasts)), !isUsual && said.changed].filter(Boolean).join(' · ')
}
