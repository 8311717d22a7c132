/** One read model. */
import { Button, Group, Progress, Stack, Text } from '@mantine/core'
import { useState } from 'react'

import { ask } from '../../graphql/asking'
import type { Fault } from '../../graphql/fault'
import { useFormat } from '../../i18n/format'
import { carryOut } from '../../ui/carry-out'
import { ProjectionMark } from '../../ui/mark'
import { Failed } from '../../ui/states'
import { say } from '../../ui/toast'
import { When } from '../../ui/when'
import { type Dry, DryRun, type ReadModel, Rebuild } from './documents'
import { DryRunResult } from './dry-run'
import { Stopped } from './fault'
import classes from './projections.module.css'
import { words } from './words'

export function ReadModelCard({ model, mayAdminister }: { model: ReadModel; mayAdminister: boolean }) {
  const said = words.use()
  const dry = useDryRun(model.name)
  return (
    <section className="card" aria-labelledby={`model-${model.name}`}>
      <Stack gap="xs">
        <div className={classes.head}>
          <Group gap="sm" className={classes.name}>
            <h2 id={`model-${model.name}`}>{model.name}</h2>
            <Text c="dimmed" size="sm" span>
              {said.contents[model.name]}
            </Text>
            <ProjectionMark status={model.status} />
          </Group>
          {mayAdminister && (
            <Group gap="xs">
              <Button size="xs" variant="default" loading={dry.busy} onClick={dry.run}>
                {said.dryRun}
              </Button>
              <Button
                size="xs"
                variant="default"
                disabled={model.status === 'REBUILDING'}
                onClick={() => rebuild(model.name)}
              >
                {said.rebuild}
              </Button>
            </Group>
          )}
        </div>
        <Figures model={model} />
        {model.rebuildTarget && <Rebuilding model={model} target={model.rebuildTarget} />}
        {model.fault && <Stopped name={model.name} fault={model.fault} mayAdminister={mayAdminister} />}
        {dry.busy && (
          <Text size="sm" role="status">
            {said.dryRunning}
          </Text>
        )}
        {dry.fault && <Failed fault={dry.fault} again={dry.run} />}
        {dry.found && <DryRunResult found={dry.found} close={dry.forget} />}
      </Stack>
    </section>
  )
}

function Figures({ model }: { model: ReadModel }) {
  const said = words.use()
  const format = useFormat()
  const head = Number(model.position) + model.lag
  return (
    <div className={`figures ${classes.figures}`}>
      <span title={said.positionLabel}>
        {said.position(format.count(Number(model.position)), format.count(head))}
      </span>
      <span>{said.behind(model.lag)}</span>
      <span>{said.rate(model.eventsPerSecond)}</span>
      <span>{said.version(model.version)}</span>
      <span>
        {model.rebuiltAt ? (
          <>
            {said.rebuilt} <When at={model.rebuiltAt} />
          </>
        ) : (
          said.neverRebuilt
        )}
      </span>
      {model.passedOver > 0 && <span>{said.passedOver(model.passedOver)}</span>}
    </div>
  )
}

function Rebuilding({ model, target }: { model: ReadModel; target: string }) {
  const said = words.use()
  const format = useFormat()
  const [done, whole] = [Number(model.rebuildPosition ?? 0), Number(target)]
  const share = whole > 0 ? Math.min(1, done / whole) : 0
  const rate = model.eventsPerSecond
  return (
    <div>
      <Progress value={share * 100} aria-label={said.progress} size="md" />
      <div className={`figures ${classes.figures}`}>
        <span>{format.percent(share)}</span>
        <span>{said.progressText(format.count(done), format.count(whole))}</span>
        {rate > 0 && done < whole && <span>{said.left(format.duration((whole - done) / rate))}</span>}
        <span>{said.stillServing}</span>
      </div>
    </div>
  )
}

async function rebuild(name: string): Promise<void> {
  if (await carryOut(Rebuild, { input: { name } })) say(words.now().rebuildBegun(name))
}

/** It takes a while: asked when somebody wants it, and shown until they close it. */
function useDryRun(name: string) {
  const [found, setFound] = useState<Dry>()
  const [fault, setFault] = useState<Fault>()
  const [busy, setBusy] = useState(false)
  const run = async () => {
    setBusy(true)
    setFault(undefined)
    try {
      setFound((await ask(DryRun, { name })).projectionDryRun)
    } catch (fault) {
      setFault(fault as Fault)
    } finally {
      setBusy(false)
    }
  }
  return { found, fault, busy, run, forget: () => setFound(undefined) }
}
