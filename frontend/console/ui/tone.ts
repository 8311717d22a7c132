/** How serious something is. Out of capacity is the normal answer, and grey; only faults are red. */
import type {
  AccountStatus,
  AttemptOutcome,
  GrabTaskState,
  LogLevel,
  ProjectionStatus,
} from '../graphql/enums'

export type Tone = 'got' | 'fault' | 'throttled' | 'miss'

const OUTCOME: Record<AttemptOutcome, Tone> = {
  ACCEPTED: 'got',
  CAPACITY: 'miss',
  SHAPE_UNAVAILABLE: 'miss',
  LIMIT: 'throttled',
  THROTTLED: 'throttled',
  IN_DOUBT: 'throttled',
  AUTH: 'fault',
  INVALID: 'fault',
  NETWORK: 'fault',
  SERVER_FAULT: 'fault',
}

const STATE: Record<GrabTaskState, Tone> = {
  SUCCEEDED: 'got',
  RUNNING: 'miss',
  PENDING: 'miss',
  PAUSED: 'miss',
  STOPPED: 'miss',
  COOLING_DOWN: 'throttled',
  NEEDS_REVIEW: 'throttled',
  FAILED: 'fault',
}

const ACCOUNT: Record<AccountStatus, Tone> = {
  ACTIVE: 'got',
  UNTESTED: 'miss',
  DISABLED: 'miss',
  AUTH_FAILED: 'fault',
  SUSPENDED: 'fault',
}

const LEVEL: Record<LogLevel, Tone> = { DEBUG: 'miss', INFO: 'miss', WARN: 'throttled', ERROR: 'fault' }

const PROJECTION: Record<ProjectionStatus, Tone> = {
  LIVE: 'got',
  CATCHING_UP: 'throttled',
  REBUILDING: 'throttled',
  FAULTED: 'fault',
}

export const toneOfOutcome = (outcome: AttemptOutcome) => OUTCOME[outcome]
export const toneOfState = (state: GrabTaskState) => STATE[state]
export const toneOfAccount = (status: AccountStatus) => ACCOUNT[status]
export const toneOfLevel = (level: LogLevel) => LEVEL[level]
export const toneOfProjection = (status: ProjectionStatus) => PROJECTION[status]
