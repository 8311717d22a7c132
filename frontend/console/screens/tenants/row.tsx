import { Group, Text } from '@mantine/core'

import { Copyable, shortened } from '../../ui/copy'
import { Countdown } from '../../ui/countdown'
import { TextLink } from '../../ui/link'
import { AccountMark, Mark } from '../../ui/mark'
import { When } from '../../ui/when'
import { Commands } from './commands'
import type { TenantOfList } from './documents'
import { TestResult } from './result'
import classes from './tenants.module.css'
import type { Tests } from './tests'
import { words } from './words'

interface RowProps {
  tenant: TenantOfList
  tests: Tests
  onTenant: (tenant: TenantOfList) => void
  onDeleted: () => void
}

export function Row({ tenant, tests, onTenant, onDeleted }: RowProps) {
  const said = words.use()
  const { id, name, status, homeRegion, tenancyOcid, grabTasks, trying } = tenant
  const test = tests.of[id]
  return (
    <li className={`card ${classes.row}`}>
      <div className={classes.name}>
        <TextLink to="/tenants/$id" params={{ id }} fw={600}>
          {name}
        </TextLink>
        <Text size="sm" component="div">
          <AccountMark status={status} />
        </Text>
      </div>
      <div className={classes.fact}>
        <Text size="sm">{homeRegion.code}</Text>
        <Copyable text={tenancyOcid}>{shortened(tenancyOcid)}</Copyable>
      </div>
      <Text size="sm" c="dimmed" component="div" className={classes.fact}>
        <Checked at={tenant.lastCheckedAt} />
        <Slowed until={tenant.throttledUntil} />
      </Text>
      <Text size="sm" component="div" className={`figures ${classes.fact}`}>
        <TextLink to="/tasks" search={{ tenant: id }} inherit>
          {said.tasks(grabTasks.totalCount)}
        </TextLink>
        {trying.totalCount > 0 && (
          <Text size="sm" c="dimmed">
            {said.trying(trying.totalCount)}
          </Text>
        )}
      </Text>
      <div className={classes.actions}>
        <Commands
          tenant={tenant}
          testing={test?.asking ?? false}
          onTest={() => tests.one(id)}
          onTenant={onTenant}
          onDeleted={onDeleted}
        />
      </div>
      {/* The newest test says the same with the cloud's own words. */}
      {!test?.answer?.providerError && <Reason tenant={tenant} />}
      {test && (
        <div className={classes.wide}>
          <TestResult test={test} />
        </div>
      )}
    </li>
  )
}

function Checked({ at }: { at: string | null }) {
  const said = words.use()
  if (!at) return <div>{said.neverChecked}</div>
  return (
    <div>
      {said.checked} <When at={at} />
    </div>
  )
}

/** The cloud's own wish for quiet, counted down. */
export function Slowed({ until }: { until: string | null }) {
  const said = words.use()
  if (!until) return null
  return (
    <Group gap={6}>
      <Mark tone="throttled">{said.slowed}</Mark>
      <Countdown until={until} />
    </Group>
  )
}

/** Why it may not act. Red only where something is wrong, and not where a person switched it off. */
export function Reason({ tenant: { status, statusReason } }: { tenant: TenantOfList }) {
  if (!statusReason) return null
  const quiet = status === 'DISABLED' || status === 'UNTESTED'
  return (
    <Text size="sm" className={`${classes.wide} ${classes.said}`} data-quiet={quiet || undefined}>
      {statusReason}
    </Text>
  )
}
