/** How many tasks are in which state, and what came of the last day. */
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

import { useAsk } from '../../graphql/asking'
import type { GrabTaskState } from '../../graphql/enums'
import { useFeed } from '../../graphql/feed'
import { whenRunning } from '../../graphql/pausing'
import { enums } from '../../i18n/enums'
import { useFormat } from '../../i18n/format'
import { Mark, StateMark } from '../../ui/mark'
import { Failed, Waiting } from '../../ui/states'
import { type Counts, CountsChanged, CountsNow } from './documents'
import classes from './overview.module.css'
import { words } from './words'

/** In this order, and these also when there are none. */
const ALWAYS: GrabTaskState[] = ['RUNNING', 'SUCCEEDED', 'FAILED']
const ORDER: GrabTaskState[] = [
  'RUNNING',
  'COOLING_DOWN',
  'NEEDS_REVIEW',
  'SUCCEEDED',
  'FAILED',
  'PAUSED',
  'PENDING',
  'STOPPED',
]

export function Counters() {
  const { data, fault, again, change } = useAsk(CountsNow, {})
  // Numbers that go on while the page is held are not counted as news.
  useFeed(
    CountsChanged,
    { variables: {}, when: data !== undefined, pausable: false },
    ({ statisticsChanged: attemptStatistics }) => whenRunning(0, () => change(() => ({ attemptStatistics }))),
  )
  if (!data) return fault ? <Failed fault={fault} again={again} /> : <Waiting rows={1} height={76} />
  return (
    <div className={classes.counters}>
      <ByState counts={data.attemptStatistics} />
      <OfTheDay counts={data.attemptStatistics} />
    </div>
  )
}

function ByState({ counts }: { counts: Counts }) {
  const said = words.use()
  const format = useFormat()
  const { state: stateWords } = enums.use()
  const of = (state: GrabTaskState) => counts.tasksByState.find((one) => one.state === state)?.count ?? 0
  return (
    <nav className="card" aria-label={said.tasks}>
      <ul className={`figures ${classes.figures}`}>
        {ORDER.filter((state) => of(state) > 0 || ALWAYS.includes(state)).map((state) => (
          <li key={state}>
            <Link
              to="/tasks"
              search={{ state: state.toLowerCase() }}
              className={classes.figure}
              data-none={of(state) === 0 || undefined}
            >
              <strong>{format.count(of(state))}</strong>
              {of(state) > 0 ? <StateMark state={state} /> : stateWords[state]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function OfTheDay({ counts: { attempts, faults, launched } }: { counts: Counts }) {
  const said = words.use()
  const format = useFormat()
  return (
    <section className="card" aria-label={said.day}>
      <ul className={`figures ${classes.figures}`}>
        <li className={classes.span}>{said.day}</li>
        <Figure count={format.count(attempts)}>{said.attempts}</Figure>
        <Figure count={format.count(faults)}>
          {faults > 0 ? <Mark tone="fault">{said.faults}</Mark> : said.faults}
        </Figure>
        <Figure count={format.count(launched)}>
          {launched > 0 ? <Mark tone="got">{said.launched}</Mark> : said.launched}
        </Figure>
      </ul>
    </section>
  )
}

function Figure({ count, children }: { count: string; children: ReactNode }) {
  return (
    <li>
      <Link to="/statistics" className={classes.figure}>
        <strong>{count}</strong>
        <span>{children}</span>
      </Link>
    </li>
  )
}
