import { Button, Group, Pill, PillsInput, Text } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { type KeyboardEvent, useRef, useState } from 'react'

import { useKeys } from '../../ui/keys'
import { words as common } from '../../ui/words'
import { useName } from './names'
import { type Asked, asking, type Token, thingOf, tokensOf, understand } from './query'
import { words } from './words'

interface SearchBoxProps {
  asked: Asked
  change(asked: Asked): void
  go(position: string): void
  /** Offers what is most often looked for. */
  quick: boolean
}

/** Chips for what holds, and a field for what is to hold as well. */
export function SearchBox({ asked, change, go, quick }: SearchBoxProps) {
  const said = words.use()
  const [text, setText] = useState('')
  const [unknown, setUnknown] = useState<string[]>([])
  const field = useRef<HTMLInputElement>(null)
  const tokens = tokensOf(asked)
  useKeys({ '/': () => field.current?.focus() })

  const commit = (): void => {
    if (!text.trim()) return
    const { tokens: more, position, unknown } = understand(text)
    setUnknown(unknown)
    setText(unknown.join(' '))
    if (more.length > 0) change(asking([...tokens, ...more]))
    if (position) go(position)
  }
  const drop = (token: Token) => change(asking(tokens.filter((other) => !same(other, token))))
  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const last = tokens.at(-1)
    if (event.key === 'Enter' || (event.key === ' ' && understand(text).unknown.length === 0)) {
      event.preventDefault()
      commit()
    } else if (event.key === 'Backspace' && !text && last) drop(last)
    else if (event.key === 'Escape') field.current?.blur()
  }
  return (
    <div>
      <PillsInput size="sm" leftSection={<IconSearch size={16} aria-hidden />}>
        <Pill.Group>
          {tokens.map((token) => (
            <Chip key={`${token.name}:${token.value}`} token={token} drop={() => drop(token)} />
          ))}
          <PillsInput.Field
            ref={field}
            aria-label={said.search}
            placeholder={tokens.length === 0 ? said.searchHint : undefined}
            value={text}
            autoComplete="off"
            spellCheck={false}
            onChange={({ currentTarget }) => {
              setText(currentTarget.value)
              setUnknown([])
            }}
            onKeyDown={onKey}
            onBlur={commit}
          />
        </Pill.Group>
      </PillsInput>
      {unknown.length > 0 && (
        <Text size="sm" mt={4} role="status">
          {said.unknown(unknown.join(' '))}
        </Text>
      )}
      {quick && <Quick tokens={tokens} change={change} />}
    </div>
  )
}

const same = (one: Token, other: Token) => one.name === other.name && one.value === other.value

function Chip({ token: { name, value }, drop }: { token: Token; drop: () => void }) {
  const said = words.use()
  const thing = useName(name === 'stream' ? value : '')
  const label = `${said.chip[name]}: ${name === 'stream' ? thing || thingOf(value) : value}`
  return (
    <Pill
      withRemoveButton
      onRemove={drop}
      title={value}
      removeButtonProps={{ 'aria-label': said.drop(label), 'aria-hidden': false, tabIndex: 0 }}
    >
      {label}
    </Pill>
  )
}

function Quick({ tokens, change }: { tokens: Token[]; change: SearchBoxProps['change'] }) {
  const said = words.use()
  const { clear } = common.use()
  return (
    <Group gap={6} mt={8}>
      <Button
        size="compact-sm"
        variant={tokens.length === 0 ? 'filled' : 'default'}
        aria-pressed={tokens.length === 0}
        onClick={() => change({})}
      >
        {clear}
      </Button>
      {Object.entries(said.quick).map(([type, label]) => {
        const token: Token = { name: 'type', value: type }
        const on = tokens.some((other) => same(other, token))
        const next = on ? tokens.filter((other) => !same(other, token)) : [...tokens, token]
        return (
          <Button
            key={type}
            size="compact-sm"
            variant={on ? 'filled' : 'default'}
            aria-pressed={on}
            onClick={() => change(asking(next))}
          >
            {label}
          </Button>
        )
      })}
    </Group>
  )
}
