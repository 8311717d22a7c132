/** The frame of every screen. */
import {
  ActionIcon,
  Anchor,
  AppShell,
  Group,
  Kbd,
  Menu,
  NavLink,
  Table,
  Text,
  UnstyledButton,
} from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { spotlight } from '@mantine/spotlight'
import { IconDots, IconPlayerPause, IconSearch, IconTerminal2, IconUser } from '@tabler/icons-react'
import { Link, Outlet, useLocation, useNavigate, useRouter } from '@tanstack/react-router'

import { lazy, Suspense, useEffect } from 'react'

import { tell } from '../graphql/command'
import type { Fault } from '../graphql/fault'
import { togglePause } from '../graphql/pausing'
import { session } from '../graphql/session'
import { SessionDelete } from '../sign-in/documents'
import { savedViews } from '../store/saved-views'
import { useValue } from '../store/value'
import { server, useMay, viewer } from '../store/viewer'
import { Dialog } from '../ui/dialog'
import { useKeys } from '../ui/keys'
import { sayFault } from '../ui/toast'
import { LiveBadge, PausedBadge } from './live-badge'
import { PLACES } from './places'
import classes from './shell.module.css'
import { LanguageSwitch, SchemeSwitch } from './switches'
import { useTab } from './tab'
import { words } from './words'

// Loaded after the first screen: nobody searches before seeing something.
const Palette = lazy(() => import('./palette').then(({ Palette }) => ({ default: Palette })))

export function Shell() {
  const said = words.use()
  const go = useNavigate()
  const [keysShown, keys] = useDisclosure()
  const demo = useValue(server)?.demo
  const mayOperate = useMay('OPERATE')
  useTab()
  usePreload()
  useKeys({
    ...Object.fromEntries(PLACES.map(({ keys, to }) => [keys, () => void go({ to })])),
    ...(mayOperate && { c: () => void go({ to: '/tasks', search: { new: true } as never }) }),
    Space: togglePause,
    '?': keys.open,
  })
  return (
    <AppShell
      header={{ height: 48 }}
      navbar={{ width: 200, breakpoint: 'sm', collapsed: { mobile: true } }}
      padding="md"
    >
      <a href="#content" className={classes.skip}>
        {said.skip}
      </a>
      <AppShell.Header px="md">
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
            <LanguageSwitch />
            <SchemeSwitch />
            <Account />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={said.menu}>
        <Places />
      </AppShell.Navbar>
      <AppShell.Main id="content" className={classes.main}>
        {demo && (
          <Text size="sm" className={classes.demo}>
            {said.demo}
          </Text>
        )}
        <Outlet />
      </AppShell.Main>
      <BottomBar />
      <Suspense>
        <Palette />
      </Suspense>
      <Dialog opened={keysShown} onClose={keys.close} title={said.keys} size="lg">
        <Table>
          <Table.Tbody>
            {said.keyList.map(([key, what]) => (
              <Table.Tr key={key}>
                <Table.Td>
                  <Kbd>{key}</Kbd>
                </Table.Td>
                <Table.Td>{what}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Dialog>
    </AppShell>
  )
}

/** Loads what is opened most once the first screen is there, so that a click shows rows and not a wait. */
function usePreload(): void {
  const { preloadRoute } = useRouter()
  useEffect(() => {
    const load = () => {
      for (const { to, onPhone } of PLACES) if (onPhone) void preloadRoute({ to })
      void preloadRoute({ to: '/tasks/$id', params: { id: '' } })
    }
    const timer = setTimeout(load, 1_500)
    return () => clearTimeout(timer)
  }, [preloadRoute])
}

function Places() {
  const said = words.use()
  const { pathname } = useLocation()
  const views = useValue(savedViews)
  const within = (to: string) => (to === '/' ? pathname === '/' : pathname.startsWith(to))
  return (
    <>
      {PLACES.map(({ to, word, icon: Icon }) => (
        <NavLink
          key={to}
          component={Link}
          to={to}
          label={said[word]}
          leftSection={<Icon size={18} aria-hidden />}
          active={within(to)}
          aria-current={within(to) ? 'page' : undefined}
        />
      ))}
      <NavLink
        href="/graphiql/"
        label={said.playground}
        leftSection={<IconTerminal2 size={18} aria-hidden />}
      />
      {views.length > 0 && (
        <Text size="xs" c="dimmed" px="sm" pt="md">
          {said.savedViews}
        </Text>
      )}
      {views.map(({ name, address }) => (
        <NavLink key={address} component={Link} to={address as never} label={name} />
      ))}
    </>
  )
}

/** On a phone: four places, the others behind the last. */
function BottomBar() {
  const said = words.use()
  const { pathname } = useLocation()
  const within = (to: string) => (to === '/' ? pathname === '/' : pathname.startsWith(to))
  return (
    <nav className={classes.bottom} aria-label={said.menuBelow}>
      {PLACES.filter(({ onPhone }) => onPhone).map(({ to, word, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          data-active={within(to) || undefined}
          aria-current={within(to) ? 'page' : undefined}
        >
          <Icon size={20} aria-hidden />
          {said[word]}
        </Link>
      ))}
      <Menu position="top-end" withinPortal>
        <Menu.Target>
          <button type="button">
            <IconDots size={20} aria-hidden />
            {said.more}
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {PLACES.filter(({ onPhone }) => !onPhone).map(({ to, word, icon: Icon }) => (
            <Menu.Item key={to} component={Link} to={to} leftSection={<Icon size={18} aria-hidden />}>
              {said[word]}
            </Menu.Item>
          ))}
          <Menu.Item component="a" href="/graphiql/" leftSection={<IconTerminal2 size={18} aria-hidden />}>
            {said.playground}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </nav>
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
    session.left()
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

export function NotFound() {
  const said = words.use()
  return (
    <div>
      <h1>{said.notFound}</h1>
      <p>{said.notFoundText}</p>
      <Anchor component={Link} to="/">
        {said.toOverview}
      </Anchor>
    </div>
  )
}
