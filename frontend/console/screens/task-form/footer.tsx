import { Button, Text } from '@mantine/core'
import { useState } from 'react'

import { useTaskForm } from './context'
import type { Create } from './create'
import classes from './frame.module.css'
import { SaveProfile, type SavingProfile } from './save-profile'
import { requestsPerHour, taskCount } from './to-input'
import { words } from './words'

interface Props {
  create: Create
  saving: SavingProfile
  onSaved(): void
  /** Absent: there is nothing to discard. */
  discard: (() => void) | undefined
}

/** What it comes to, and what can be done with it. */
export function NewFooter({ create: { busy, send }, saving, onSaved, discard }: Props) {
  const { draft } = useTaskForm()
  const said = words.use()
  const [naming, setNaming] = useState(false)
  if (naming) {
    return <SaveProfile saving={saving} onSaved={onSaved} onClose={() => setNaming(false)} />
  }
  return (
    <>
      <Text size="sm" className="figures" aria-live="polite">
        <Estimate />
      </Text>
      <div className={classes.actions}>
        {discard && (
          <Button variant="subtle" color="gray" className={classes.quiet} onClick={discard}>
            {said.discard}
          </Button>
        )}
        {draft.goal === 'launch' && (
          <Button variant="subtle" onClick={() => setNaming(true)}>
            {said.saveProfile}
          </Button>
        )}
        <span className={classes.spring} />
        <Button variant="default" disabled={busy} onClick={() => void send(false)}>
          {said.saveOnly}
        </Button>
        <Button loading={busy} title="⌘↵ / Ctrl+↵" onClick={() => void send(true)}>
          {said.createStart}
        </Button>
      </div>
    </>
  )
}

function Estimate() {
  const { draft } = useTaskForm()
  const said = words.use()
  const [tasks, requests] = [taskCount(draft), requestsPerHour(draft)]
  if (tasks === 0) return said.chooseTenant
  return requests === undefined ? said.makes(tasks) : `${said.makes(tasks)} · ${said.asks(requests)}`
}
