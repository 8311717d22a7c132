/** The frame of every screen. */
import { Anchor, AppShell, Kbd, Table, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Link, Outlet, useNavigate, useRouter } from '@tanstack/react-router'
import { lazy, Suspense, useEffect } from 'react'

import { togglePause } from '../graphql/pausing'
import { useValue } from '../store/value'
import { server, useMay } from '../store/viewer'
import { Dialog } from '../ui/dialog'
import { useKeys } from '../ui/keys'
import { Header } from './header'
import { BottomBar, Places } from './menus'
import { PLACES } from './places'
import classes from './shell.module.css'
import { useTab } from './tab'
import { words } from './words'

// Loaded after the first screen: nobody searches before seeing something.
const Palette = lazy(() => import('./palette').then(({ Palette }) => ({ default: Palette })))

export function Shell() {
  const said = words.use()
  const [keysShown, keys] = useDisclosure()
  const demo = useValue(server)?.demo
  useTab()
  usePreload()
  useKeysOfAllScreens(keys.open)
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
        <Header />
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
      <KeyList opened={keysShown} close={keys.close} />
    </AppShell>
  )
}

function useKeysOfAllScreens(showKeys: () => void): void {
  const go = useNavigate()
  const mayOperate = useMay('OPERATE')
  useKeys({
    ...Object.fromEntries(PLACES.map(({ keys, to }) => [keys, () => void go({ to })])),
    ...(mayOperate && { c: () => void go({ to: '/tasks', search: { new: true } as never }) }),
    Space: togglePause,
    '?': showKeys,
  })
}

function KeyList({ opened, close }: { opened: boolean; close: () => void }) {
  const said = words.use()
  return (
    <Dialog opened={opened} onClose={close} title={said.keys} size="lg">
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
