/** A state, said three times: by shape, by word, by colour. */
import type { ReactNode } from 'react'

import type { AccountStatus, AttemptOutcome, GrabTaskState, ProjectionStatus } from '../graphql/enums'
import { enums } from '../i18n/enums'
import classes from './mark.module.css'
import { type Tone, toneOfAccount, toneOfOutcome, toneOfProjection, toneOfState } from './tone'

const SIGN: Record<GrabTaskState, string> = {
  PENDING: '○',
  RUNNING: '●',
  COOLING_DOWN: '◐',
  PAUSED: '❚❚',
  NEEDS_REVIEW: '!',
  SUCCEEDED: '✓',
  STOPPED: '■',
  FAILED: '✗',
}

const ACCOUNT_SIGN: Record<AccountStatus, string> = {
  ACTIVE: '●',
  UNTESTED: '○',
  DISABLED: '■',
  AUTH_FAILED: '!',
  SUSPENDED: '!',
}

const SIGN_OF_TONE: Record<Tone, string> = { got: '✓', fault: '✗', throttled: '◐', miss: '·' }

export function Mark({
  tone,
  sign,
  pulse,
  children,
}: {
  tone: Tone
  sign?: string
  pulse?: 'beats' | 'still'
  children: ReactNode
}) {
  return (
    <span className={classes.mark} data-tone={tone}>
      <span aria-hidden className={classes.sign} data-pulse={pulse}>
        {sign ?? SIGN_OF_TONE[tone]}
      </span>
      {children}
    </span>
  )
}

/** `still` where many are seen at once: a pulse in each would have the whole window painted sixty times a second, for as long as it is open. */
export function StateMark({ state, still }: { state: GrabTaskState; still?: boolean }) {
  const words = enums.use().state
  const pulse = still ? 'still' : 'beats'
  return (
    <Mark tone={toneOfState(state)} sign={SIGN[state]} pulse={state === 'RUNNING' ? pulse : undefined}>
      {words[state]}
    </Mark>
  )
}

export function OutcomeMark({ outcome }: { outcome: AttemptOutcome }) {
  return <Mark tone={toneOfOutcome(outcome)}>{enums.use().outcome[outcome]}</Mark>
}

export function AccountMark({ status }: { status: AccountStatus }) {
  return (
    <Mark tone={toneOfAccount(status)} sign={ACCOUNT_SIGN[status]}>
      {enums.use().account[status]}
    </Mark>
  )
}

export function ProjectionMark({ status }: { status: ProjectionStatus }) {
  return (
    <Mark tone={toneOfProjection(status)} sign={status === 'LIVE' ? '●' : undefined}>
      {enums.use().projection[status]}
    </Mark>
  )
}
