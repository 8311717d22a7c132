/** Signing in, and the first user's setting up: the same form with one field more. */
import { Alert, Button, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { useForm } from '@mantine/form'

import { useState } from 'react'

import { useCommand } from '../graphql/command'
import type { Fault } from '../graphql/fault'
import { socket } from '../graphql/socket'
import { greet } from '../store/viewer'
import { Failed, Refused, refusalAt } from '../ui/states'
import { SessionCreate, SetupComplete } from './documents'
import { words } from './words'

/** Loopback is nobody else's. Over TLS nobody reads along. */
const isOverheard = () => !window.isSecureContext

export function SignInForm({ ended = false }: { ended?: boolean }) {
  const { title, enter: enterWord, made, otp, otpHint, ...said } = words.use()
  const { run, busy, refusals, fault } = useCommand(SessionCreate)
  const { enter, notEntered } = useEnter()
  const form = useForm({ initialValues: { username: '', password: '', otp: '' } })
  const submit = form.onSubmit(async ({ username, password, otp }) => {
    const told = await run({ input: { username, password, otp: otp || null } })
    if (told) await enter()
  })
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Title order={1} size="h2">
          {title}
        </Title>
        <Text c="dimmed">{ended ? said.ended : made}</Text>
        <TextInput
          label={said.username}
          autoComplete="username"
          required
          data-autofocus
          {...form.getInputProps('username')}
        />
        <PasswordInput
          label={said.password}
          autoComplete="current-password"
          required
          {...form.getInputProps('password')}
        />
        <TextInput
          label={otp}
          description={otpHint}
          autoComplete="one-time-code"
          inputMode="numeric"
          {...form.getInputProps('otp')}
        />
        <Refused refusals={refusals} />
        {fault && <Failed fault={fault} />}
        {notEntered && <Failed fault={notEntered} again={enter} />}
        <Button type="submit" loading={busy}>
          {enterWord}
        </Button>
        {isOverheard() && <Overheard text={said.plain} />}
      </Stack>
    </form>
  )
}

export function SetupForm({ code }: { code: string }) {
  const said = words.use()
  const { run, busy, refusals, fault } = useCommand(SetupComplete)
  const { enter, notEntered } = useEnter()
  const form = useForm({ initialValues: { setupCode: code, username: 'admin', password: '' } })
  const submit = form.onSubmit(async (input) => {
    if (await run({ input })) await enter()
  })
  const field = (name: keyof typeof form.values) => ({
    ...form.getInputProps(name),
    error: refusalAt(refusals, name),
    required: true,
  })
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Title order={1} size="h2">
          {said.setupTitle}
        </Title>
        <Text c="dimmed">{said.setupText}</Text>
        <TextInput label={said.code} description={said.codeHint} autoComplete="off" {...field('setupCode')} />
        <TextInput label={said.username} autoComplete="username" {...field('username')} />
        <PasswordInput
          label={said.password}
          description={said.passwordHint}
          autoComplete="new-password"
          {...field('password')}
        />
        <Refused refusals={refusals} known={['setupCode', 'username', 'password']} />
        {fault && <Failed fault={fault} />}
        {notEntered && <Failed fault={notEntered} again={enter} />}
        <Button type="submit" loading={busy}>
          {said.create}
        </Button>
        {isOverheard() && <Overheard text={said.plain} />}
      </Stack>
    </form>
  )
}

function Overheard({ text }: { text: string }) {
  return (
    <Alert color="yellow" variant="outline" role="note">
      <Text size="sm">{text}</Text>
    </Alert>
  )
}

/** The socket knew a stranger: it comes back as whoever this is now. What follows may fail when the signing in did not. */
function useEnter() {
  const [notEntered, setNotEntered] = useState<Fault>()
  const enter = async () => {
    setNotEntered(undefined)
    socket.terminate()
    await greet().catch((fault: Fault) => setNotEntered(fault))
  }
  return { enter, notEntered }
}
