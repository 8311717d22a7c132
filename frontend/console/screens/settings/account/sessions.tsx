import { Badge, Button, Group, Text } from '@mantine/core'
import { carryOut } from '../../../ui/carry-out'
import { Copyable } from '../../../ui/copy'
import { say } from '../../../ui/toast'
import { When } from '../../../ui/when'
import { Part } from '../section'
import classes from '../settings.module.css'
import { agentName } from './agent'
import { type Session, SessionRevoke } from './documents'
import { words } from './words'

export function Sessions({ sessions, changed }: { sessions: readonly Session[]; changed: () => void }) {
  const said = words.use()
  return (
    <Part title={said.sessions} note={said.sessionsNote}>
      <SessionList sessions={sessions} changed={changed} />
    </Part>
  )
}

interface ListProps {
  sessions: readonly Session[]
  changed: () => void
  /** Whose they are; one's own when absent. */
  userId?: string
}

export function SessionList({ sessions, changed, userId }: ListProps) {
  const said = words.use()
  const revoke = async (sessionId: string) => {
    if (!(await carryOut(SessionRevoke, { input: { sessionId, userId } }))) return
    say(said.revoked)
    // After one's own the sign-in form comes, and this is answered when somebody signed in.
    changed()
  }
  if (sessions.length === 0) return <Text size="sm">{said.noSessions}</Text>
  return (
    <ul className={classes.rows}>
      {sessions.map((session) => (
        <li key={session.id}>
          <div className={classes.what}>
            <Group gap="xs">
              <span title={session.agent}>{agentName(session.agent) || said.unknownAgent}</span>
              {session.current && (
                <Badge variant="default" tt="none" fw={500}>
                  {said.thisOne}
                </Badge>
              )}
            </Group>
            <Text size="sm" c="dimmed" component="div">
              <Copyable text={session.from} /> · {session.usedAt ? said.used : said.opened}
              <When at={session.usedAt ?? session.openedAt} />
            </Text>
          </div>
          <Button size="compact-sm" variant="default" onClick={() => revoke(session.id)}>
            {said.revoke}
          </Button>
        </li>
      ))}
    </ul>
  )
}
