import { CloseButton, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'

import { useKeys } from './keys'

export interface SearchFieldProps {
  label: string
  /** What is said to the button that empties it. */
  clear: string
  /** As the address says it. */
  value: string
  /** Told once typing rests. */
  onValue: (value: string) => void
}

/** Text that the address holds. `/` leads to it. */
export function SearchField({ label, clear, value, onValue }: SearchFieldProps) {
  const [text, setText] = useState(value)
  const told = useRef(value)
  const field = useRef<HTMLInputElement>(null)
  useKeys({ '/': () => field.current?.focus() })
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
      placeholder={label}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        text && (
          <CloseButton
            aria-label={clear}
            onClick={() => {
              setText('')
              tell('')
            }}
          />
        )
      }
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
        tellLater(event.currentTarget.value)
      }}
      maw={420}
    />
  )
}
