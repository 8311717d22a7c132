import { Button, Group, Text, Title } from '@mantine/core'

import { CopyButton } from '../../../ui/copy'
import classes from '../settings.module.css'
import { words } from './words'

/** Shown once: whoever goes on has kept them, or makes new ones. */
export function RecoveryCodes({ codes, done }: { codes: string[]; done: () => void }) {
  const said = words.use()
  const text = `${codes.join('\n')}\n`
  return (
    <div className={classes.once} role="status">
      <Group justify="space-between">
        <Title order={4} size="h6">
          {said.recovery}
        </Title>
        <CopyButton text={text} what={said.recovery} />
      </Group>
      <Text size="sm">{said.recoveryOnce}</Text>
      <ol className={classes.codes}>
        {codes.map((code) => (
          <li key={code} className="mono">
            {code}
          </li>
        ))}
      </ol>
      <Group gap="sm">
        <Button
          component="a"
          variant="default"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
          download="berth-recovery-codes.txt"
        >
          {said.download}
        </Button>
        <Button onClick={done}>{said.kept}</Button>
      </Group>
    </div>
  )
}
