import { ActionIcon, Badge, Group, Menu, Select, Text } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useState } from 'react'

import type { Role } from '../../../graphql/enums'
import { enums } from '../../../i18n/enums'
import { useValue } from '../../../store/value'
import { viewer } from '../../../store/viewer'
import { carryOut } from '../../../ui/carry-out'
import { Mark } from '../../../ui/mark'
import { say, sayUndo } from '../../../ui/toast'
import { When } from '../../../ui/when'
import { SessionRevoke } from '../account/documents'
import { SessionList } from '../account/sessions'
import classes from '../settings.module.css'
import { ROLES } from './create-form'
import { RemoveModal, ResetModal } from './dialogs'
import { type User, UserUpdate } from './documents'
import { words } from './words'

interface ItemProps {
  user: User
  put: (user: User) => void
  drop: (id: string) => void
  again: () => void
}

export function UserItem({ user, put, drop, again }: ItemProps) {
  const said = words.use()
  const isOneself = useValue(viewer)?.id === user.id
  const [open, setOpen] = useState<'sessions' | 'reset' | 'remove'>()
  const close = () => setOpen(undefined)
  return (
    <li>
      <div className={classes.what}>
        <Group gap="xs">
          <Text span fw={500}>
            {user.username}
          </Text>
          {isOneself && (
            <Badge variant="default" tt="none" fw={500}>
              {said.you}
            </Badge>
          )}
          {user.disabled && (
            <Mark tone="throttled" sign="■">
              {said.disabled}
            </Mark>
          )}
        </Group>
        <Standing user={user} />
      </div>
      <Group gap="xs" wrap="nowrap">
        <RoleOf user={user} put={put} fixed={isOneself} />
        {!isOneself && (
          <Actions
            user={user}
            put={put}
            again={again}
            open={open}
            show={(what) => setOpen(what === open ? undefined : what)}
          />
        )}
      </Group>
      {open === 'sessions' && (
        <div style={{ flexBasis: '100%' }}>
          <SessionList sessions={user.sessions} userId={user.id} changed={again} />
        </div>
      )}
      <ResetModal user={user} put={put} opened={open === 'reset'} close={close} />
      <RemoveModal user={user} drop={drop} opened={open === 'remove'} close={close} />
    </li>
  )
}

function Standing({ user }: { user: User }) {
  const said = words.use()
  return (
    <Text size="sm" c="dimmed" component="div">
      {user.secondFactor ? said.factor : said.noFactor} · {said.sessions(user.sessions.length)} ·{' '}
      {user.signedInAt ? (
        <>
          {said.signedIn}
          <When at={user.signedInAt} />
        </>
      ) : (
        said.neverSignedIn
      )}
    </Text>
  )
}

/** Nobody changes their own. */
function RoleOf({ user, put, fixed }: Pick<ItemProps, 'user' | 'put'> & { fixed: boolean }) {
  const said = words.use()
  const { role } = enums.use()
  if (fixed) return <Text size="sm">{role[user.role]}</Text>
  const set = async (to: Role) => {
    const told = await carryOut(UserUpdate, { input: { userId: user.id, role: to } })
    if (told?.userUpdate.user) put(told.userUpdate.user)
    return told
  }
  const choose = async (chosen: string | null) => {
    const to = chosen as Role | null
    if (!to || to === user.role || !(await set(to))) return
    sayUndo(said.roleChanged(user.username, role[to]), () => void set(user.role))
  }
  return (
    <Select
      aria-label={said.roleOf(user.username)}
      w="13rem"
      size="sm"
      allowDeselect={false}
      data={ROLES.map((value) => ({ value, label: role[value] }))}
      value={user.role}
      onChange={choose}
    />
  )
}

type Opened = 'sessions' | 'reset' | 'remove'

function Actions({
  user,
  put,
  again,
  open,
  show,
}: Pick<ItemProps, 'user' | 'put' | 'again'> & { open: Opened | undefined; show: (what: Opened) => void }) {
  const said = words.use()
  const turn = async (disabled: boolean) => {
    const told = await carryOut(UserUpdate, { input: { userId: user.id, disabled } })
    if (told?.userUpdate.user) put(told.userUpdate.user)
    return told
  }
  const toggle = async () => {
    const disabled = !user.disabled
    if (!(await turn(disabled))) return
    const done = disabled ? said.isDisabled(user.username) : said.isEnabled(user.username)
    sayUndo(done, () => void turn(!disabled))
  }
  const signOut = async () => {
    for (const { id } of user.sessions) {
      if (!(await carryOut(SessionRevoke, { input: { sessionId: id, userId: user.id } }))) return again()
    }
    say(said.signedOut(user.username))
    again()
  }
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={said.actions(user.username)}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {user.sessions.length > 0 && (
          <>
            <Menu.Item onClick={() => show('sessions')}>
              {open === 'sessions' ? said.hideSessions : said.showSessions}
            </Menu.Item>
            <Menu.Item onClick={signOut}>{said.signOutAll}</Menu.Item>
          </>
        )}
        <Menu.Item onClick={() => show('reset')}>{said.reset}</Menu.Item>
        <Menu.Item onClick={toggle}>{user.disabled ? said.enable : said.disable}</Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => show('remove')}>{said.remove}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
