import { Stack } from '@mantine/core'
import { Link } from '@tanstack/react-router'

import { token } from '../../../common/caller'
import { useAsk } from '../../graphql/asking'
import { standing } from '../../graphql/session'
import { useValue } from '../../store/value'
import { useMay, viewer } from '../../store/viewer'
import { Page } from '../../ui/page'
import { AccountSection } from './account/account'
import { Account } from './account/documents'
import { words as account } from './account/words'
import { AboutSection } from './here/about'
import { LookSection } from './here/look'
import { AuditSection } from './log/audit'
import { BackupSection } from './log/backup'
import { BooksSection } from './log/books'
import { words as log } from './log/words'
import classes from './settings.module.css'
import { UsersSection } from './users/users'
import { words as users } from './users/words'
import { words } from './words'

/** All on one page: an anchor leads to each. */
export function Settings() {
  const said = words.use()
  const who = useValue(viewer)
  const mayAdminister = useMay('ADMINISTER')
  // Whoever came in with an API token is not told of its user's account; the machine's own token has no user, and nothing to hide.
  const own = !token.now() || who?.id === null
  // Whoever was signed out, by a new password say, comes back to another list of sessions.
  const isIn = useValue(standing) === 'signedIn'
  const answer = useAsk(Account, { own }, { when: isIn })
  return (
    <Page
      title={said.title}
      behind={{
        cli: mayAdminister ? 'berth user list' : 'berth api "{ viewer { username scopes } }"',
        document: Account,
        variables: { own },
      }}
    >
      <div className={classes.layout}>
        <Contents mayAdminister={mayAdminister} />
        <Stack gap="md">
          <AccountSection answer={answer} />
          {mayAdminister && <UsersSection when={isIn} />}
          {mayAdminister && <AuditSection />}
          <BooksSection mayAdminister={mayAdminister} />
          {mayAdminister && <BackupSection />}
          <LookSection />
          <AboutSection />
        </Stack>
      </div>
    </Page>
  )
}

function Contents({ mayAdminister }: { mayAdminister: boolean }) {
  const said = words.use()
  const { audit, keeping, backup } = log.use()
  const { title: accountTitle } = account.use()
  const { title: usersTitle } = users.use()
  const sections: [string, string, boolean][] = [
    ['account', accountTitle, true],
    ['users', usersTitle, mayAdminister],
    ['audit', audit, mayAdminister],
    ['keeping', keeping, true],
    ['backup', backup, mayAdminister],
    ['browser', said.browser, true],
    ['about', said.about, true],
  ]
  return (
    <nav className={classes.contents} aria-label={said.contents}>
      {sections.map(
        ([id, title, there]) =>
          there && (
            <Link key={id} to="/settings" hash={id}>
              {title}
            </Link>
          ),
      )}
    </nav>
  )
}
