/** Who else comes in. Asked only by those who may administer. */
import { Button, Text } from '@mantine/core'
import { useState } from 'react'

import { useAsk } from '../../../graphql/asking'
import { Failed, Waiting } from '../../../ui/states'
import { Section } from '../section'
import classes from '../settings.module.css'
import { CreateForm } from './create-form'
import { type User, Users } from './documents'
import { UserItem } from './user-item'
import { words } from './words'

export function UsersSection({ when }: { when: boolean }) {
  const said = words.use()
  const { data, fault, again, change } = useAsk(Users, {}, { when })
  const [creating, setCreating] = useState(false)
  const put = (saved: User) => change(({ users }) => ({ users: withRow(users, saved) }))
  const drop = (id: string) => change(({ users }) => ({ users: users.filter((user) => user.id !== id) }))
  return (
    <Section id="users" title={said.title} note={said.note}>
      {fault && <Failed fault={fault} again={again} />}
      {!data && !fault && <Waiting rows={3} />}
      {data?.users.length === 0 && <Text size="sm">{said.none}</Text>}
      {data && data.users.length > 0 && (
        <ul className={classes.rows}>
          {data.users.map((user) => (
            <UserItem key={user.id} user={user} put={put} drop={drop} again={again} />
          ))}
        </ul>
      )}
      {data && !creating && (
        <div>
          <Button variant="default" onClick={() => setCreating(true)}>
            {said.create}
          </Button>
        </div>
      )}
      {creating && <CreateForm put={put} close={() => setCreating(false)} />}
    </Section>
  )
}

function withRow(users: User[], saved: User): User[] {
  const rest = users.filter(({ id }) => id !== saved.id)
  return [...rest, saved].sort((a, b) => a.username.localeCompare(b.username))
}
