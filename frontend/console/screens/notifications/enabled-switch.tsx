import { Switch } from '@mantine/core'
import { useState } from 'react'

import { carryOut } from '../../ui/carry-out'
import { sayUndo } from '../../ui/toast'
import { type Channel, ChannelUpsert } from './documents'
import { draftOf, inputOf } from './form/draft'
import { words } from './words'

export function EnabledSwitch({ channel, put }: { channel: Channel; put: (channel: Channel) => void }) {
  const said = words.use()
  const [busy, setBusy] = useState(false)
  /** Answers the channel after it: undoing it expects that version. */
  const turn = async (from: Channel, enabled: boolean) => {
    const told = await carryOut(ChannelUpsert, { input: { ...inputOf(draftOf(from), from), enabled } })
    const after = told?.notificationChannelUpsert.channel
    if (after) put(after)
    return after
  }
  const toggle = async () => {
    setBusy(true)
    const after = await turn(channel, !channel.enabled)
    setBusy(false)
    if (!after) return
    const done = after.enabled ? said.turnedOn(after.name) : said.turnedOff(after.name)
    sayUndo(done, () => void turn(after, !after.enabled))
  }
  return (
    <Switch
      checked={channel.enabled}
      disabled={busy}
      onChange={toggle}
      aria-label={said.enabled(channel.name)}
      label={channel.enabled ? said.on : said.off}
      labelPosition="left"
      style={{ flex: 'none' }}
    />
  )
}
