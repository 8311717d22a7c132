import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useSyncExternalStore } from 'react'
import { useFeed } from '../../graphql/feed'
import { whenRunning } from '../../graphql/pausing'
import { Page } from '../../ui/page'
import { Empty, Failed, Waiting } from '../../ui/states'
import { words as common } from '../../ui/words'
import type { LogsSearch } from '../search'
import { LogPage, LogTail } from './documents'
import { DownloadBar, useDownload } from './download'
import { Filters } from './filters'
import { List } from './list'
import type { Log } from './log'
import classes from './logs.module.css'
import { commandOf, filterOf } from './question'
import { Further, isFiltered } from './top'
import { useLog } from './use-log'
import { useRest } from './use-rest'
import { words } from './words'

const route = getRouteApi('/logs')

export function Logs() {
  const said = words.use()
  const search = route.useSearch()
  const { log, skipped, asking, again } = useLog(search)
  const download = useDownload()
  const [host, style] = useRest()
  const filter = log?.filter ?? filterOf(search, 0)
  return (
    <Page
      title={said.title}
      actions={
        <Button
          variant="default"
          size="compact-md"
          leftSection={<IconDownload size={16} aria-hidden />}
          title={said.downloadTitle}
          loading={download.is === 'running'}
          onClick={() => download.begin(filter)}
        >
          {said.download}
        </Button>
      }
      behind={{ cli: commandOf(search), document: LogPage, variables: { filter, first: 200 } }}
    >
      <div ref={host} className={classes.screen} style={style}>
        <Filters search={search} />
        <DownloadBar download={download} />
        {log ? (
          <Answer key={log.serial} log={log} asking={asking} skipped={skipped} again={again} />
        ) : (
          <Waiting rows={12} height={26} />
        )}
      </div>
    </Page>
  )
}

interface AnswerProps {
  log: Log
  asking: boolean
  skipped: number
  again(): void
}

/** What one question came to, and what is written since. */
function Answer({ log, asking, skipped, again }: AnswerProps) {
  const said = words.use()
  useSyncExternalStore(log.subscribe, log.versionNow)
  useTail(log)
  const { lines, fault } = log
  if (fault && lines.length === 0) return <Failed fault={fault} again={again} />
  if (lines.length === 0) return <Nothing log={log} />
  return (
    <div className={classes.frame} data-asking={asking || undefined}>
      {skipped > 0 && (
        <div className={classes.note} role="status">
          {said.skipped(skipped)}
        </div>
      )}
      <List log={log} />
    </div>
  )
}

function useTail(log: Log): void {
  const { filter, position } = log
  useFeed(
    LogTail,
    { variables: { filter, after: position }, when: position !== undefined, pausable: false },
    ({ logAppended: batch }) => {
      // The badge of a paused page counts lines, and not batches.
      whenRunning(batch.entries.length, () => log.take(batch))
    },
  )
}

function Nothing({ log }: { log: Log }) {
  const said = words.use()
  const { clear: clearFilter } = common.use()
  const go = useNavigate()
  const filtered = isFiltered(log)
  const clear = () => void go({ to: '/logs', search: {} satisfies LogsSearch as never })
  return (
    <div className={`${classes.frame} ${classes.nothing}`}>
      <Empty
        title={log.hasOlder ? said.notYet : filtered ? said.nothing : said.empty}
        action={filtered && <Button onClick={clear}>{clearFilter}</Button>}
        {...(!filtered && { cli: 'berth logs -f' })}
      >
        {filtered ? said.nothingText : said.emptyText}
      </Empty>
      {log.hasOlder && (
        <div className={classes.top}>
          <Further log={log} />
        </div>
      )}
    </div>
  )
}
