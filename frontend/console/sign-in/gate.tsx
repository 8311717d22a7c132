/** Who is let in: nobody sees a screen before signing in, and whoever was signed out keeps the page beneath the form. */
import { Center, Loader, Modal, Paper, Stack } from '@mantine/core'
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react'

import { takeFragment } from '../../common/address'
import { token } from '../../common/caller'
import type { Fault } from '../graphql/fault'
import { standing } from '../graphql/session'
import { useLanguage } from '../i18n/language'
import { LanguageSwitch, SchemeSwitch } from '../shell/switches'
import { useValue } from '../store/value'
import { greet, server } from '../store/viewer'
import { Failed } from '../ui/states'
import { words } from './words'

const SignInForm = lazy(() => import('./form').then(({ SignInForm }) => ({ default: SignInForm })))
const SetupForm = lazy(() => import('./form').then(({ SetupForm }) => ({ default: SetupForm })))

const fragment = takeFragment()
const brought = fragment.get('token')
if (brought) token.keep(brought)

export function Gate({ children }: { children: ReactNode }) {
  const is = useValue(standing)
  const told = useValue(server)
  const language = useLanguage()
  const fault = useGreeting()
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  if (is === 'signedIn' || is === 'ended') {
    return (
      <>
        {children}
        {is === 'ended' && <OverThePage />}
      </>
    )
  }
  if (is === 'unknown' || !told) {
    return (
      <Center h="100dvh">
        {fault ? <Failed fault={fault} again={() => standing.set('unknown')} /> : <Loader />}
      </Center>
    )
  }
  return <Door setupRequired={told.setupRequired} />
}

/** Asks who we are for as long as it is not known. Answers why it is not, when the server does not say. */
function useGreeting(): Fault | undefined {
  const is = useValue(standing)
  const told = useValue(server)
  const [fault, setFault] = useState<Fault>()
  useEffect(() => {
    let here = true
    const ask = () =>
      greet().then(
        () => here && setFault(undefined),
        (error: Fault) => {
          if (!here || error.code === 'UNAUTHENTICATED') return
          setFault(error)
          timer = setTimeout(ask, 2_000)
        },
      )
    let timer: ReturnType<typeof setTimeout>
    // A token that lets nobody in is forgotten by now, and a cookie may still.
    if (is === 'unknown' || (is === 'stranger' && !told)) ask()
    return () => {
      here = false
      clearTimeout(timer)
    }
  }, [is, told])
  return fault
}

function OverThePage() {
  const { title } = words.use()
  return (
    <Modal.Root opened onClose={() => {}} closeOnEscape={false}>
      <Modal.Overlay />
      <Modal.Content aria-label={title}>
        <Modal.Body>
          <Suspense>
            <SignInForm ended />
          </Suspense>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}

function Door({ setupRequired }: { setupRequired: boolean }) {
  return (
    <Center mih="100dvh" p="md" component="main">
      <Paper withBorder p="xl" w={420} maw="100%">
        <Stack>
          <Stack gap={4} align="end">
            <div>
              <LanguageSwitch /> <SchemeSwitch />
            </div>
          </Stack>
          <Suspense>
            {setupRequired ? <SetupForm code={fragment.get('code') ?? ''} /> : <SignInForm />}
          </Suspense>
        </Stack>
      </Paper>
    </Center>
  )
}
