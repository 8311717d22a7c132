/** Where one can go: beside the screen, or beneath it on a phone. */
import { Menu, NavLink, Text } from '@mantine/core'
import { IconDots, IconTerminal2 } from '@tabler/icons-react'
import { Link, useLocation } from '@tanstack/react-router'

import { savedViews } from '../store/saved-views'
import { useValue } from '../store/value'
import { PLACES } from './places'
import classes from './shell.module.css'
import { words } from './words'

export function Places() {
  const said = words.use()
  const views = useValue(savedViews)
  const within = useWithin()
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
export function BottomBar() {
  const said = words.use()
  const within = useWithin()
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

/** Whether what is open lies within a place. */
function useWithin(): (to: string) => boolean {
  const { pathname } = useLocation()
  return (to) => (to === '/' ? pathname === '/' : pathname.startsWith(to))
}
