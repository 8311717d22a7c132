/** A code beside the password: shown a seed, proven by a code of it, taken away by another. */
import { Button, PasswordInput, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'

import { useCommand } from '../../../graphql/command'
import { greet } from '../../../store/viewer'
import { Copyable } from '../../../ui/copy'
import { FactList } from '../../../ui/facts'
import { FormEnd } from '../../../ui/form-end'
import { Failed, Refused, refusalAt } from '../../../ui/states'
import { say } from '../../../ui/toast'
import { Part } from '../section'
import classes from '../settings.module.css'
import { SecondFactorBegin, SecondFactorRemove, SecondFactorSet, type Viewer } from './documents'
import { QrCode } from './qr'
import { RecoveryCodes } from './recovery-codes'
import { words } from './words'

interface Seed {
  seed: string
  url: string
}

export function SecondFactor({ who, changed }: { who: Viewer; changed: () => void }) {
  const said = words.use()
  const { run, busy, refusals, fault } = useCommand(SecondFactorBegin)
  const [seed, setSeed] = useState<Seed>()
  const [codes, setCodes] = useState<string[]>()
  const [removing, setRemoving] = useState(false)
  const refresh = () => {
    changed()
    greet().catch(() => undefined)
  }
  const begin = async () => {
    const begun = (await run({}))?.secondFactorBegin
    if (begun?.seed && begun.url) setSeed({ seed: begun.seed, url: begun.url })
  }
  const action = who.secondFactor ? (
    <Button variant="default" onClick={() => setRemoving(true)}>
      {said.factorRemove}
    </Button>
  ) : (
    <Button variant="default" onClick={begin} loading={busy}>
      {said.factorBegin}
    </Button>
  )
  const told = (codes: string[]) => {
    setSeed(undefined)
    setCodes(codes)
    refresh()
  }
  return (
    <Part
      title={said.factor}
      note={who.secondFactor ? said.factorOn(who.recoveryCodesLeft) : said.factorOff}
      action={!seed && !removing && !codes && action}
    >
      <Refused refusals={refusals} />
      {fault && <Failed fault={fault} />}
      {seed && <SetForm {...seed} told={told} close={() => setSeed(undefined)} />}
      {codes && <RecoveryCodes codes={codes} done={() => setCodes(undefined)} />}
      {removing && <RemoveForm removed={refresh} close={() => setRemoving(false)} />}
    </Part>
  )
}

function SetForm({ seed, url, told, close }: Seed & { told: (codes: string[]) => void; close: () => void }) {
  const said = words.use()
  const { run, ...command } = useCommand(SecondFactorSet)
  const form = useForm({ initialValues: { code: '', password: '' } })
  const submit = form.onSubmit(async ({ code, password }) => {
    const done = await run({ input: { seed, password, code: code.replaceAll(' ', '') } })
    if (done) told(done.secondFactorSet.recoveryCodes ?? [])
  })
  return (
    <form onSubmit={submit} className={classes.form}>
      <Text size="sm">{said.factorScan}</Text>
      <QrCode text={url} label={said.qr} />
      <FactList
        facts={[
          [said.seed, <Copyable key="seed" text={seed} />],
          [said.link, <Copyable key="link" text={url} />],
        ]}
      />
      <Proof form={form} refusals={command.refusals} code={said.code} />
      <FormEnd command={command} does={said.factorSet} known={PROOF} close={close} />
    </form>
  )
}

function RemoveForm({ removed, close }: { removed: () => void; close: () => void }) {
  const said = words.use()
  const { run, ...command } = useCommand(SecondFactorRemove)
  const form = useForm({ initialValues: { code: '', password: '' } })
  const submit = form.onSubmit(async ({ code, password }) => {
    if (!(await run({ input: { password, code: code.trim() } }))) return
    say(said.factorRemoved)
    close()
    removed()
  })
  return (
    <form onSubmit={submit} className={classes.form}>
      <Proof form={form} refusals={command.refusals} code={said.codeOrRecovery} />
      <FormEnd command={command} does={said.factorRemove} known={PROOF} close={close} grave />
    </form>
  )
}

/** The fields of a proof, which show what was refused of them. */
const PROOF = ['code', 'password']

type Proving = { code: string; password: string }

function Proof({
  form,
  refusals,
  code,
}: {
  form: ReturnType<typeof useForm<Proving>>
  refusals: ReturnType<typeof useCommand>['refusals']
  code: string
}) {
  const said = words.use()
  return (
    <>
      <TextInput
        label={code}
        required
        autoComplete="one-time-code"
        {...form.getInputProps('code')}
        error={refusalAt(refusals, 'code')}
      />
      <PasswordInput
        label={said.yourPassword}
        required
        autoComplete="current-password"
        {...form.getInputProps('password')}
        error={refusalAt(refusals, 'password')}
      />
    </>
  )
}
