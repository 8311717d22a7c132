/** What is kept for how long, and where it went. */
import { Text } from '@mantine/core'

import { useAsk } from '../../../graphql/asking'
import type { ResultOf } from '../../../graphql/graphql'
import { useFormat } from '../../../i18n/format'
import { Copyable, shortened } from '../../../ui/copy'
import { FactList } from '../../../ui/facts'
import { Failed, Waiting } from '../../../ui/states'
import { When } from '../../../ui/when'
import { Part, Section } from '../section'
import classes from '../settings.module.css'
import { Close } from './close'
import { type Archive, Books } from './documents'
import { words } from './words'

export function BooksSection({ mayAdminister }: { mayAdminister: boolean }) {
  const said = words.use()
  const { data, fault, again } = useAsk(Books, {})
  const books = data?.books
  return (
    <Section id="keeping" title={said.keeping} note={said.keepingNote}>
      {fault && <Failed fault={fault} again={again} />}
      {!data && !fault && <Waiting rows={4} />}
      {books && (
        <>
          <Kept books={books} />
          {mayAdminister && <Close closed={again} />}
          <Part title={said.archives}>
            {books.archives.length === 0 && <Text size="sm">{said.noArchives}</Text>}
            <ul className={classes.rows}>
              {books.archives.map((archive) => (
                <ArchiveItem key={archive.file} archive={archive} />
              ))}
            </ul>
          </Part>
        </>
      )}
    </Section>
  )
}

function Kept({ books }: { books: ResultOf<typeof Books>['books'] }) {
  const said = words.use()
  const format = useFormat()
  const { retention, closedAt, closedThrough, released, standIns } = books
  const closed = closedAt ? (
    <>
      {said.position(closedThrough)} · <When at={closedAt} />
    </>
  ) : (
    said.neverClosed
  )
  return (
    <>
      <FactList
        facts={[
          [said.grabDays, said.days(retention.grabDays)],
          [said.systemDays, said.days(retention.systemDays)],
          [said.errorDays, said.days(retention.errorDays)],
          [said.operationDays, said.days(retention.operationDays)],
          [said.auditDays, said.days(retention.auditDays)],
          [said.closedThrough, closed],
          [said.released, said.releasedFor(format.count(released), format.count(standIns))],
        ]}
      />
      <Text size="sm" c="dimmed" component="div">
        {said.configured} <Copyable text="[retention]" />
      </Text>
    </>
  )
}

function ArchiveItem({ archive }: { archive: Archive }) {
  const said = words.use()
  const format = useFormat()
  return (
    <li>
      <div className={classes.what}>
        <Copyable text={archive.file} />
        <Text size="sm" c="dimmed" component="div">
          {said.position(`${archive.after}–${archive.through}`)} · {format.bytes(archive.sizeBytes)} ·{' '}
          <When at={archive.closedAt} />
        </Text>
      </div>
      <Text size="sm" component="div">
        SHA-256 <Copyable text={archive.sha256}>{shortened(archive.sha256)}</Copyable>
      </Text>
    </li>
  )
}
