/** Is it working, and has anything happened? Each part asks for itself, so that one fault does not blank the page. */
import { useEffect } from 'react'

import { useAsk } from '../../graphql/asking'
import { Page } from '../../ui/page'
import { Failed, Waiting } from '../../ui/states'
import { useMachine } from '../system/machine'
import { useChanges } from './changes'
import { Counters } from './counters'
import { Begun, CountsNow } from './documents'
import { Grabbing } from './grabbing'
import { JustNow } from './just-now'
import { ThisMachine } from './machine'
import { NeedsYou } from './needs-you'
import classes from './overview.module.css'
import { Steps } from './steps'
import { words } from './words'

export function Overview() {
  const said = words.use()
  const begun = useAsk(Begun, {})
  const changes = useChanges()
  const machine = useMachine('15m')
  const isNew = begun.data && begun.data.tenants.totalCount * begun.data.grabTasks.totalCount === 0
  const newest = changes.entries?.[0]?.position
  const { again } = begun
  // Somebody may take the steps elsewhere, by the command line say.
  useEffect(() => {
    if (isNew && newest) again()
  }, [isNew, newest, again])
  return (
    <Page title={said.title} behind={{ cli: 'berth statistics', document: CountsNow }}>
      {begun.fault && <Failed fault={begun.fault} again={again} />}
      {!begun.data && !begun.fault && <Waiting rows={4} height={96} />}
      {begun.data && isNew && <Steps begun={begun.data} />}
      {(begun.fault || begun.data?.tenants.totalCount !== 0) && (begun.data || begun.fault) && (
        <>
          <Counters />
          <div className={classes.columns}>
            <div>
              <Grabbing />
              <JustNow {...changes} />
            </div>
            <div>
              <NeedsYou newest={machine.newest} changes={changes.entries} />
              <ThisMachine {...machine} />
            </div>
          </div>
        </>
      )}
    </Page>
  )
}
