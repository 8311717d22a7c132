import { Anchor, List, SegmentedControl, Stack, Text } from '@mantine/core'
import { useState } from 'react'

import { Copyable } from '../../../ui/copy'
import { SideDrawer } from '../../../ui/dialog'
import { useTests } from '../tests'
import { ByHand } from './by-hand'
import { FromFile } from './from-file'
import classes from './import.module.css'
import { words } from './words'

/**
 * Adds tenants. What is typed and dropped here is kept by these components alone, so that keys are forgotten with them: closed, none of it is
 * there any more.
 */
export function Import({ onClose, onImported }: { onClose: () => void; onImported: () => void }) {
  const said = words.use()
  const [way, setWay] = useState('file')
  const tests = useTests(onImported)
  const rest = { tests, onImported, onDone: onClose }
  return (
    <SideDrawer onClose={onClose} title={said.title}>
      <Stack gap="md">
        <SegmentedControl
          aria-label={said.way}
          value={way}
          onChange={setWay}
          data={[
            { value: 'file', label: said.fromFile },
            { value: 'hand', label: said.byHand },
          ]}
        />
        {way === 'file' ? <FromFile {...rest} /> : <ByHand {...rest} />}
        <Text size="sm" c="dimmed">
          {said.secret}
        </Text>
        <Guide />
      </Stack>
    </SideDrawer>
  )
}

/** What a group needs to launch instances with their network and disks. */
const POLICY = ['instance-family', 'volume-family', 'virtual-network-family']
  .map((family) => `Allow group berth to manage ${family} in tenancy`)
  .join('\n')

const ORACLE = 'https://docs.oracle.com/iaas/Content/API/Concepts/apisigningkey.htm'

function Guide() {
  const said = words.use()
  return (
    <details className={classes.guide}>
      <summary>{said.where}</summary>
      <Stack gap="xs" pt="xs">
        <List type="ordered" size="sm">
          {said.steps.map((step) => (
            <List.Item key={step}>{step}</List.Item>
          ))}
        </List>
        <Text size="sm">{said.permission}</Text>
        <Copyable text={POLICY}>
          <span style={{ whiteSpace: 'pre-line' }}>{POLICY}</span>
        </Copyable>
        <Anchor href={ORACLE} target="_blank" rel="noreferrer" size="sm">
          docs.oracle.com
        </Anchor>
      </Stack>
    </details>
  )
}
