import { Button, Group, Text } from '@mantine/core'
import { useState } from 'react'

import { useNow } from '../../../graphql/clock'
import type { Scope } from '../../../graphql/enums'
import { enums } from '../../../i18n/enums'
import { carryOut } from '../../../ui/carry-out'
import { Copyable } from '../../../ui/copy'
import { confirm } from '../../../ui/dialog'
import { FactList } from '../../../ui/facts'
import { Mark } from '../../../ui/mark'
import { say } from '../../../ui/toast'
import { When } from '../../../ui/when'
import { Part } from '../section'
import classes from '../settings.module.css'
import { type Token, TokenRevoke } from './documents'
import { TokenForm } from './token-form'
import { words } from './words'

interface TokensProps {
  tokens: readonly Token[]
  /** What the viewer may, and so a token of theirs at most. */
  scopes: readonly Scope[]
  changed: () => void
}

export function Tokens({ tokens, scopes, changed }: TokensProps) {
  const said = words.use()
  const [making, setMaking] = useState(false)
  const [secret, setSecret] = useState<string>()
  const made = (secret: string) => {
    setMaking(false)
    setSecret(secret)
    changed()
  }
  const begin = (
    <Button variant="default" onClick={() => setMaking(true)}>
      {said.tokenNew}
    </Button>
  )
  return (
    <Part title={said.tokens} note={said.tokensNote} action={!making && !secret && begin}>
      {making && <TokenForm scopes={scopes} made={made} close={() => setMaking(false)} />}
      {secret && <Secret secret={secret} done={() => setSecret(undefined)} />}
      {tokens.length === 0 && !secret && <Text size="sm">{said.noTokens}</Text>}
      <ul className={classes.rows}>
        {tokens.map((token) => (
          <TokenItem key={token.id} token={token} changed={changed} />
        ))}
      </ul>
    </Part>
  )
}

/** Shown once. */
function Secret({ secret, done }: { secret: string; done: () => void }) {
  const said = words.use()
  return (
    <div className={classes.once} role="status">
      <Text size="sm">{said.tokenOnce}</Text>
      <Copyable text={secret} />
      <FactList
        facts={[[said.tokenUse, <Copyable key="header" text={`Authorization: Bearer ${secret}`} />]]}
      />
      <Group>
        <Button onClick={done}>{said.done}</Button>
      </Group>
    </div>
  )
}

function TokenItem({ token, changed }: { token: Token; changed: () => void }) {
  const said = words.use()
  const { scope } = enums.use()
  return (
    <li>
      <div className={classes.what}>
        <div>{token.name}</div>
        <Text size="sm" c="dimmed" component="div">
          {token.scopes.map((each) => scope[each]).join(' · ')} · <Lapses at={token.expiresAt} /> ·{' '}
          {token.usedAt ? (
            <>
              {said.used}
              <When at={token.usedAt} />
            </>
          ) : (
            said.unused
          )}
        </Text>
      </div>
      <Button size="compact-sm" variant="default" onClick={() => askRevoke(token, changed)}>
        {said.tokenRevoke}
      </Button>
    </li>
  )
}

function Lapses({ at }: { at: string | null }) {
  const said = words.use()
  const now = useNow()
  if (!at) return said.lapsesNever
  const over = new Date(at).getTime() <= now
  const told = (
    <>
      {over ? said.lapsed : said.lapses}
      <When at={at} />
    </>
  )
  return over ? <Mark tone="throttled">{told}</Mark> : told
}

function askRevoke({ id, name }: Token, changed: () => void): void {
  const said = words.now()
  confirm({
    title: said.tokenRevokeTitle(name),
    text: said.tokenRevokeText,
    does: said.tokenRevoke,
    run: async () => {
      if (!(await carryOut(TokenRevoke, { input: { tokenId: id } }))) return
      say(said.tokenRevoked(name))
      changed()
    },
  })
}
