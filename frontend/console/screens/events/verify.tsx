/** Reading the whole log again, and what came of it. */
import { Button, Code, Progress, Stack, Text } from '@mantine/core'
import { IconShieldCheck } from '@tabler/icons-react'
import { useEffect, useState } from 'react'

import type { Fault } from '../../graphql/fault'
import { follow } from '../../graphql/feed'
import { duration, useFormat } from '../../i18n/format'
import { Copyable } from '../../ui/copy'
import { Dialog } from '../../ui/dialog'
import { Mark } from '../../ui/mark'
import { Failed } from '../../ui/states'
import { Verification, type VerificationState } from './documents'
import { words } from './words'

export function Verify() {
  const said = words.use()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconShieldCheck size={16} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        {said.verify}
      </Button>
      <Dialog opened={open} onClose={() => setOpen(false)} title={said.verify}>
        <Verifying />
      </Dialog>
    </>
  )
}

/** Runs as long as it is looked at. */
function Verifying() {
  const said = words.use()
  const [round, setRound] = useState(0)
  const [state, setState] = useState<VerificationState>()
  const [fault, setFault] = useState<Fault>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round reads anew
  useEffect(() => {
    setState(undefined)
    setFault(undefined)
    const take = ({ eventLogVerification }: { eventLogVerification: VerificationState }) =>
      setState(eventLogVerification)
    return follow(Verification, {}, take, setFault)
  }, [round])
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {said.verifyText}
      </Text>
      {fault ? (
        <Failed fault={fault} again={() => setRound((round) => round + 1)} />
      ) : (
        <Running state={state} />
      )}
      {state?.done && (
        <>
          <Outcome state={state} />
          <Button variant="default" onClick={() => setRound((round) => round + 1)}>
            {said.again}
          </Button>
        </>
      )}
    </Stack>
  )
}

function Running({ state }: { state: VerificationState | undefined }) {
  const said = words.use()
  const format = useFormat()
  const [position, head] = [Number(state?.position ?? 0), Number(state?.head ?? 0)]
  const rate = state?.eventsPerSecond ?? 0
  const share = head > 0 ? (position / head) * 100 : state ? 100 : 0
  return (
    <div>
      <Progress value={share} size="lg" aria-label={said.verifying} />
      <Text size="sm" className="figures" mt={4}>
        {state
          ? `${format.count(position)} / ${format.count(head)} · ${said.rate(format.count(rate))}`
          : said.verifying}
        {state && !state.done && rate > 0 && ` · ${said.left(duration((head - position) / rate))}`}
      </Text>
    </div>
  )
}

function Outcome({ state: { clean, findings, checksum } }: { state: VerificationState }) {
  const said = words.use()
  return (
    <Stack gap="sm" role="status">
      <Mark tone={clean ? 'got' : 'fault'}>{clean ? said.verified : said.found(findings.length)}</Mark>
      {findings.length > 0 && (
        <Code block tabIndex={0} mah={240} style={{ overflow: 'auto' }}>
          {findings.join('\n')}
        </Code>
      )}
      {checksum && (
        <div>
          <Text size="sm" fw={600}>
            {said.checksum}
          </Text>
          <Copyable text={checksum} />
          <Text size="sm" c="dimmed">
            {said.checksumText}
          </Text>
        </div>
      )}
    </Stack>
  )
}
