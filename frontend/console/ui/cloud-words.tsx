import { Text } from '@mantine/core'

import { Copyable, shortened } from './copy'
import { words } from './words'

export interface ProviderError {
  /** Null: the cloud did not answer. */
  status: number | null
  code: string
  message: string
  requestId: string | null
}

/** What the cloud said, word for word, to quote to its support. */
export function CloudWords({ error: { status, code, message, requestId } }: { error: ProviderError }) {
  const said = words.use()
  return (
    <Text size="sm" component="div" style={{ overflowWrap: 'anywhere' }}>
      <Text span size="sm" c="dimmed">
        {said.cloudWords}
        {': '}
      </Text>
      <Copyable text={`${status ?? said.noAnswer} ${code}: ${message}`} />
      {requestId && (
        <>
          {' · '}
          {said.request} <Copyable text={requestId}>{shortened(requestId)}</Copyable>
        </>
      )}
    </Text>
  )
}
