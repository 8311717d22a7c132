import type { FormattedExecutionResult } from 'graphql'
import type { Sink, SubscribePayload } from 'graphql-ws'

/**
 * Lets a feed go on where it was. Every batch of Berth's feeds says a position; an operation that declares `$after` is sent the newest
 * one at each connect, because graphql-ws reads the payload anew each time. So a break leaves no gap, and nothing comes twice.
 */
export function resume<Data, Extensions>(
  payload: SubscribePayload,
  sink: Sink<FormattedExecutionResult<Data, Extensions>>,
): { payload: SubscribePayload; sink: Sink<FormattedExecutionResult<Data, Extensions>> } {
  if (!/\$after\s*:/.test(payload.query)) return { payload, sink }
  let after = payload.variables?.after
  return {
    payload: {
      ...payload,
      get variables() {
        return after == null ? payload.variables : { ...payload.variables, after }
      },
    },
    sink: {
      ...sink,
      next: (result) => {
        after = positionOf(result.data) ?? after
        sink.next(result)
      },
    },
  }
}

function positionOf(data: unknown): unknown {
  for (const batch of Object.values(Object(data))) {
    if (typeof batch === 'object' && batch !== null && 'position' in batch) return batch.position
  }
  return undefined
}
