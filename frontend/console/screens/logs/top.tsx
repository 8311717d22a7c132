import { Button, Loader } from '@mantine/core'

import { LOOKED_AT_ONCE, type Log } from './log'
import classes from './logs.module.css'
import { isUsual } from './question'
import { words } from './words'

/** Above the oldest line: what is being looked for, how far, or that there is no more. */
export function Top({ log, height }: { log: Log; height: number }) {
  return (
    <div className={classes.top} style={{ height }}>
      <Further log={log} />
    </div>
  )
}

export function Further({ log }: { log: Log }) {
  const said = words.use()
  const { hasOlder, looking, lines, filter } = log
  const looked = log.pages * LOOKED_AT_ONCE
  if (!hasOlder) return isFiltered(log) ? said.beginsFiltered : said.begins
  if (log.isFull) return said.full(lines.length)
  if (looking === 'yes') {
    return (
      <>
        <Loader size={14} aria-hidden /> {filter.search ? said.looked(looked) : said.reading}{' '}
        <Button size="compact-sm" variant="default" onClick={() => log.stop()}>
          {said.stop}
        </Button>
      </>
    )
  }
  return (
    <>
      {looking === 'stopped' && filter.search && !log.fault && said.lookedStopped(looked)}{' '}
      {log.fault?.message}{' '}
      <Button size="compact-sm" variant="default" onClick={() => void log.goBack()}>
        {looking === 'stopped' ? said.goOn : said.older}
      </Button>
    </>
  )
}

export function isFiltered({ filter }: Log): boolean {
  const { minLevel, category, taskId, tenantId, search, time } = filter
  return Boolean((minLevel && !isUsual(minLevel)) || category || taskId || tenantId || search || time)
}
