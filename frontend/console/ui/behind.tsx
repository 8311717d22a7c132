import { ActionIcon, Anchor, Code, Group, Popover, Stack, Text } from '@mantine/core'
import { IconCode } from '@tabler/icons-react'
import { stringifyDocument } from '@urql/core'
import type { DocumentNode } from 'graphql'

import { CopyButton } from './copy'
import { words } from './words'

export interface BehindProps {
  /** The command that shows the same. */
  cli: string
  /** The question that the page asks. */
  document?: DocumentNode
  variables?: object
}

/** `</>`: what the page does, as a command and as a question to the API. The console teaches both. */
export function Behind({ cli, document, variables }: BehindProps) {
  const { behind, commandLine, graphql, playground } = words.use()
  const query = document ? stringifyDocument(document).trim() : undefined
  const asked = query && variables ? `${query}\n# variables: ${JSON.stringify(variables)}` : query
  return (
    <Popover width={420} position="bottom-end" shadow="md" withinPortal trapFocus>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={behind} title={behind}>
          <IconCode size={18} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown style={{ maxWidth: 'calc(100vw - 2rem)' }} aria-label={behind}>
        <Stack gap="xs">
          <Heading text={commandLine} copy={cli} />
          <Code block tabIndex={0}>
            {cli}
          </Code>
          {asked && query && (
            <>
              <Heading text={graphql} copy={asked} />
              <Code block tabIndex={0} mah={260} style={{ overflow: 'auto' }}>
                {asked}
              </Code>
              <Anchor href={`/graphiql/#query=${encodeURIComponent(asked)}`} target="_blank" size="sm">
                {playground}
              </Anchor>
            </>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}

function Heading({ text, copy }: { text: string; copy: string }) {
  return (
    <Group justify="space-between">
      <Text size="sm" fw={600}>
        {text}
      </Text>
      <CopyButton text={copy} what={text} />
    </Group>
  )
}
