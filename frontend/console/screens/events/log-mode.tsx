/** The log: a list that runs, and beside it the event that was chosen. */
import { useMediaQuery } from '@mantine/hooks'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'

import { ask } from '../../graphql/asking'
import { useLanguage } from '../../i18n/language'
import type { Value } from '../../store/value'
import { SideDrawer } from '../../ui/dialog'
import { useKeys } from '../../ui/keys'
import { Empty, Failed, Waiting } from '../../ui/states'
import { EventAfter, type Whole } from './documents'
import { EventPanel } from './event-panel'
import classes from './events.module.css'
import { Kept, useKept } from './kept'
import { List } from './list'
import { filterOf, justBefore } from './query'
import { useLog } from './use-log'
import { words } from './words'

const route = getRouteApi('/events')

/** Null: there is none. */
const events = new Kept<Whole | null>(50)

export async function eventAt(position: string): Promise<Whole | null> {
  if (position === '0') return null
  const { events } = await ask(EventAfter, { after: justBefore(position) })
  const [event] = events.nodes
  return event?.position === position ? event : null
}

export function LogMode({ head }: { head: Value<string | undefined> }) {
  const search = route.useSearch()
  const navigate = useNavigate({ from: '/events' })
  const reading = useLog(filterOf(search), head)
  const wide = useMediaQuery('(min-width: 62em)', true, { getInitialValueInEffect: false })
  const { log, fault, again, older } = reading
  const choose = useCallback(
    (position: string | undefined) =>
      void navigate({ search: (before) => ({ ...before, position }), replace: true, resetScroll: false }),
    [navigate],
  )
  const close = useCallback(() => choose(undefined), [choose])
  useStepping(log?.rows.map(({ position }) => position) ?? [], search.position, choose)

  const narrowed = Boolean(search.stream || search.type || search.correlation)
  const said = words.use()
  const empty = log && log.rows.length === 0 && !log.older
  const list = (
    <div>
      {fault && <Failed fault={fault} again={log ? older : again} />}
      {!log && !fault && <Waiting rows={12} height={32} />}
      {empty && (
        <Empty title={narrowed ? said.none : said.noneYet} cli="berth events tail">
          {narrowed ? said.noneText : said.noneYetText}
        </Empty>
      )}
      {log && !empty && <List reading={reading} chosen={search.position} choose={choose} />}
    </div>
  )
  const { position } = search
  if (wide)
    return (
      <div className={classes.columns}>
        {list}
        <section className={classes.side} aria-label={said.event} tabIndex={0}>
          {position ? <Chosen position={position} close={close} /> : <Empty title={said.pick} />}
        </section>
      </div>
    )
  return (
    <>
      {list}
      <SideDrawer
        opened={position !== undefined}
        onClose={close}
        position="bottom"
        size="85%"
        title={`${said.event} ${position ?? ''}`}
      >
        {position && <Chosen position={position} />}
      </SideDrawer>
    </>
  )
}

function Chosen({ position, close }: { position: string; close?: () => void }) {
  const said = words.use()
  const language = useLanguage()
  const { value, fault, fresh } = useKept(events, `${position} ${language}`, () => eventAt(position))
  if (fault) return <Failed fault={fault} />
  if (value === undefined) return <Waiting rows={6} />
  if (value === null) return fresh ? <Empty title={said.gone(position)}>{said.goneText}</Empty> : null
  return <EventPanel event={value} {...(close && { close })} />
}

function useStepping(
  positions: string[],
  chosen: string | undefined,
  choose: (position: string | undefined) => void,
): void {
  const step = (by: number) => () => {
    const at = chosen === undefined ? -1 : positions.indexOf(chosen)
    const next = positions[at < 0 ? 0 : at + by]
    if (next) choose(next)
  }
  const [on, back] = [step(1), step(-1)]
  useKeys({ j: on, k: back, ArrowDown: on, ArrowUp: back, Escape: () => choose(undefined) })
}
