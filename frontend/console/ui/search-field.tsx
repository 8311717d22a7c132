import { CloseButton, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'

import { useKeys } from './keys'
import { words } from './words'

interface SearchFieldProps {
  label: string
  /** As the address says it. */
  value: string
  /** Told once typing rests. */
  onValue: (value: string) => void
  placeholder?: string
  /** The key that leads to it. */
  hotkey?: string
  size?: 'xs' | 'sm'
  className?: string | undefined
}

/** Text that the address holds. */
export function SearchField({ label, value, onValue, hotkey = '/', ...look }: SearchFieldProps) {
  const { size = 'sm', placeholder = label, className } = look
  const { clear } = words.use()
  const [text, setText] = useState(value)
  const told = useRef(value)
  const field = useRef<HTMLInputElement>(null)
  useKeys({ [hotkey]: () => field.current?.focus() })
  useEffect(() => {
    // What comes back of what was typed here must not overwrite what was typed since.
    if (value === told.current) return
    told.current = value
    setText(value)
  }, [value])
  const tell = (text: string) => {
    told.current = text.trim()
    onValue(told.current)
  }
  const tellLater = useDebouncedCallback(tell, 250)
  return (
    <TextInput
      ref={field}
      aria-label={label}
      placeholder={placeholder}
      size={size}
      className={className ?? ''}
      leftSection={<IconSearch size={size === 'xs' ? 14 : 16} aria-hidden />}
      rightSection={
        text && (
          <CloseButton
            aria-label={clear}
            size={size}
            onClick={() => {
              tellLater.cancel()
              setText('')
              tell('')
            }}
          />
        )
      }
      value={text}
      onChange={({ currentTarget: { value }, nativeEvent }) => {
        setText(value)
        // Pinyin that is still being composed is nothing to look for.
        if (!(nativeEvent as InputEvent).isComposing) tellLater(value)
      }}
      onCompositionEnd={({ currentTarget: { value } }) => tellLater(value)}
      // A class says itself how wide it is.
      maw={className ? undefined : 420}
    />
  )
}
