import { ActionIcon, Button, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { IconMoon, IconSun } from '@tabler/icons-react'

import { language, useLanguage } from '../i18n/language'
import { words } from './words'

export function LanguageSwitch() {
  const now = useLanguage()
  const { language: other, languageTitle } = words.use()
  const next = now === 'en' ? 'zh-CN' : 'en'
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-md"
      title={languageTitle}
      lang={next}
      onClick={() => language.set(next)}
    >
      {other}
    </Button>
  )
}

export function SchemeSwitch() {
  const scheme = useComputedColorScheme('light')
  const { setColorScheme } = useMantineColorScheme()
  const { dark, light } = words.use()
  const next = scheme === 'dark' ? 'light' : 'dark'
  const label = next === 'dark' ? dark : light
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={label}
      title={label}
      onClick={() => setColorScheme(next)}
    >
      {next === 'dark' ? <IconMoon size={18} /> : <IconSun size={18} />}
    </ActionIcon>
  )
}
