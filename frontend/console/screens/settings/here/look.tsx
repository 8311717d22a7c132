/** What is this browser's alone: language, colours, saved views. */
import { Button, Input, SegmentedControl, Text, useMantineColorScheme } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useId } from 'react'

import type { Language } from '../../../../common/language'
import { language, useLanguage } from '../../../i18n/language'
import { dropView, savedViews, saveView } from '../../../store/saved-views'
import { useValue } from '../../../store/value'
import { sayUndo } from '../../../ui/toast'
import { Part, Section } from '../section'
import classes from '../settings.module.css'
import { words } from '../words'

export function LookSection() {
  const said = words.use()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Section id="browser" title={said.browser} note={said.browserNote}>
      <Choice
        label={said.language}
        value={useLanguage()}
        data={[
          { value: 'zh-CN', label: '中文' },
          { value: 'en', label: 'English' },
        ]}
        onChange={(chosen) => language.set(chosen as Language)}
      />
      <Choice
        label={said.appearance}
        value={colorScheme}
        data={[
          { value: 'auto', label: said.auto },
          { value: 'light', label: said.light },
          { value: 'dark', label: said.dark },
        ]}
        onChange={(chosen) => setColorScheme(chosen as typeof colorScheme)}
      />
      <Views />
    </Section>
  )
}

interface ChoiceProps {
  label: string
  value: string
  data: { value: string; label: ReactNode }[]
  onChange: (value: string) => void
}

function Choice({ label, ...control }: ChoiceProps) {
  const id = useId()
  return (
    <Input.Wrapper label={label} labelElement="div" id={id} labelProps={{ id: `${id}-words` }}>
      <div>
        <SegmentedControl aria-labelledby={`${id}-words`} {...control} />
      </div>
    </Input.Wrapper>
  )
}

function Views() {
  const said = words.use()
  const views = useValue(savedViews)
  return (
    <Part title={said.views} note={said.viewsNote}>
      {views.length === 0 && <Text size="sm">{said.noViews}</Text>}
      <ul className={classes.rows}>
        {views.map((view) => (
          <li key={view.address}>
            <div className={classes.what}>
              <Link to={view.address as never}>{view.name}</Link>
              <Text size="sm" c="dimmed" className="mono">
                {view.address}
              </Text>
            </div>
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => {
                dropView(view.address)
                sayUndo(said.viewDropped(view.name), () => saveView(view))
              }}
            >
              {said.drop}
            </Button>
          </li>
        ))}
      </ul>
    </Part>
  )
}
