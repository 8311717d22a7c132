/** The bar above every screen: where one is, what can be found, whether it is live, and who is signed in. */
import { ActionIcon, Box, Group, Kbd, Menu, Text, UnstyledButton } from '@mantine/core'
import { spotlight } from '@mantine/spotlight'
import { IconPlayerPause, IconSearch, IconUser } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'

import { token } from '../../common/caller'
import { tell } from '../graphql/command'
import type { Fault } from '../graphql/fault'
import { togglePause } from '../graphql/pausing'
import { SessionDelete } from '../sign-in/documents'
import { useValue } from '../store/value'
import { viewer } from '../store/viewer'
import { sayFault } from '../ui/toast'
import { LiveBadge, PausedBadge } from './live-badge'
import classes from './shell.module.css'
import { LanguageSwitch, SchemeSwitch } from './switches'
import { words } from './words'

// Loaded after the first screen, as what it asks is no part of it.
const Bell = lazy(() => import('./bell').then(({ Bell }) => ({ default: Bell })))

export function Header() {
  const said = words.use()
  return (
    <Group h="100%" justify="space-between" wrap="nowrap" gap="sm">
      <Link to="/" className={classes.logo} aria-label="Berth 泊位">
        <img src="/icon.svg" alt="" width={24} height={24} />
        <Text span fw={700} visibleFrom="xs">
          Berth 泊位
        </Text>
      </Link>
      <UnstyledButton className={classes.search} onClick={spotlight.open} visibleFrom="sm">
        <IconSearch size={16} aria-hidden />
        <span>{said.search}</span>
        <Kbd size="xs">⌘K</Kbd>
      </UnstyledButton>
      <Group gap="xs" wrap="nowrap">
        <ActionIcon
          hiddenFrom="sm"
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={said.search}
          onClick={spotlight.open}
        >
          <IconSearch size={18} />
        </ActionIcon>
        <PausedBadge />
        <LiveBadge />
        <Suspense fallback={<Box w={34} />}>
          <Bell />
        </Suspense>
        <Pause />
        <LanguageSwitch />
        <SchemeSwitch />
        <Account />
      </Group>
    </Group>
  )
}

function Pause() {
  const said = words.use()
  return (
    <ActionIcon
      visibleFrom="sm"
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={said.pause}
      title={`${said.pause} (Space)`}
      onClick={togglePause}
    >
      <IconPlayerPause size={18} />
    </ActionIcon>
  )
}

function Account() {
  const said = words.use()
  const who = useValue(viewer)
  const leave = async () => {
    try {
      await tell(SessionDelete, {})
    } catch (error) {
      const fault = error as Fault
      // Whoever is not known any more is out already; otherwise the cookie would let the next one in.
      if (fault.code !== 'UNAUTHENTICATED' && fault.code !== 'FORBIDDEN') return sayFault(fault)
    }
    token.forget()
    // Nothing of this user's stays in the page.
    location.replace('/')
  }
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={`${said.account}: ${who?.username ?? ''}`}
        >
          <IconUser size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{who?.username}</Menu.Label>
        <Menu.Item component={Link} to="/settings">
          {said.settings}
        </Menu.Item>
        <Menu.Item onClick={leave}>{said.signOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
