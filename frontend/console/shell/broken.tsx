import { Code, Stack, Text, Title } from '@mantine/core'

import { CopyButton } from '../ui/copy'
import { words } from './words'

/** A screen that threw. The frame stays, and one can go elsewhere. */
export function Broken({ error }: { error: Error }) {
  const { broken, brokenText } = words.use()
  const all = `${error.message}\n${error.stack ?? ''}`
  return (
    <Stack role="alert">
      <Title order={1} size="h3">
        {broken}
      </Title>
      <Text>{brokenText}</Text>
      <Code block>{all}</Code>
      <CopyButton text={all} />
    </Stack>
  )
}
