/** One alert: what it is about, since when, what was measured, and how often before. */
import { Button, Group, Text } from '@mantine/core'

import { useFormat } from '../../i18n/format'
import { useMay } from '../../store/viewer'
import { carryOut } from '../../ui/carry-out'
import { confirm } from '../../ui/dialog'
import { Mark } from '../../ui/mark'
import { say } from '../../ui/toast'
import { When } from '../../ui/when'
import classes from './alerts.module.css'
import { type Alert, AlertResolve } from './documents'
import { useFigure } from './figure'
import { SeverityMark } from './severity-mark'
import { words } from './words'

interface AlertProps {
  alert: Alert
  put: (changed: Alert[]) => void
}

export function AlertItem({ alert, put }: AlertProps) {
  const said = words.use()
  const mayOperate = useMay('OPERATE')
  const isRaised = alert.state === 'RAISED'
  return (
    <li className={`card ${classes.alert}`} data-severity={isRaised ? alert.severity : undefined}>
      <Group justify="space-between" gap="sm" wrap="nowrap" align="flex-start">
        <div className={classes.what}>
          <Group gap="xs">
            {isRaised ? <SeverityMark severity={alert.severity} /> : <Mark tone="got">{said.resolved}</Mark>}
            <strong className={classes.title}>{alert.title}</strong>
            <Measured {...alert} />
          </Group>
          {alert.summary && <Text size="sm">{alert.summary}</Text>}
          <Since alert={alert} />
        </div>
        {isRaised && mayOperate && (
          <Button
            className={classes.act}
            size="compact-sm"
            variant="default"
            aria-label={`${said.resolve}: ${alert.title}`}
            onClick={() => askToResolve(alert, put)}
          >
            {said.resolve}
          </Button>
        )}
      </Group>
      <Labels labels={alert.labels} />
      <History alert={alert} />
    </li>
  )
}

function Measured({ value, threshold, unit }: Pick<Alert, 'value' | 'threshold' | 'unit'>) {
  const said = words.use()
  const figure = useFigure()
  if (value === null || threshold === null) return null
  return <span className="figures">{said.measured(figure(value, unit), figure(threshold, unit))}</span>
}

function Since({ alert: { raisedAt, resolvedAt, resolvedBy, times } }: { alert: Alert }) {
  const said = words.use()
  return (
    <Text size="sm" c="dimmed" className="figures">
      {raisedAt && (
        <>
          {said.raised} <When at={raisedAt} />
        </>
      )}
      {resolvedAt && resolvedBy && (
        <>
          {' · '}
          {said.resolvedBy[resolvedBy]} <When at={resolvedAt} />
        </>
      )}
      {times > 1 && ` · ${said.times(times)}`}
    </Text>
  )
}

function Labels({ labels }: Pick<Alert, 'labels'>) {
  if (labels.length === 0) return null
  return (
    <Text size="xs" c="dimmed" className="mono" style={{ overflowWrap: 'anywhere' }}>
      {labels.map(({ name, value }) => `${name}=${value}`).join(' ')}
    </Text>
  )
}

/** The times before the newest, which stands above. */
function History({ alert: { history, unit } }: { alert: Alert }) {
  const said = words.use()
  const format = useFormat()
  const figure = useFigure()
  const before = history.slice(1)
  if (before.length === 0) return null
  return (
    <details>
      <summary className={classes.before}>{said.before(before.length)}</summary>
      <ul className={classes.spells}>
        {before.map(({ raisedAt, resolvedAt, resolvedBy, value, threshold }) => (
          <li key={raisedAt}>
            <When at={raisedAt} />
            {value !== null && threshold !== null && (
              <span>{said.measured(figure(value, unit), figure(threshold, unit))}</span>
            )}
            {resolvedAt && resolvedBy && (
              <span>
                {said.lasted(format.duration((Date.parse(resolvedAt) - Date.parse(raisedAt)) / 1_000))}
                {' · '}
                {said.resolvedBy[resolvedBy]}
              </span>
            )}
          </li>
        ))}
      </ul>
    </details>
  )
}

/** Nothing raises it again before its cause went away, so it is asked about. */
function askToResolve({ id, title, version }: Alert, put: AlertProps['put']): void {
  const said = words.now()
  confirm({
    title: said.resolveTitle(title),
    text: said.resolveText,
    does: said.resolve,
    run: async () => {
      const told = await carryOut(AlertResolve, { input: { id, expectedVersion: version } })
      if (!told?.alertResolve.alert) return
      put([told.alertResolve.alert])
      say(said.resolveDone(title))
    },
  })
}
