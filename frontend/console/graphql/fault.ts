/** What went wrong, for a person: a sentence, what to do, and what to quote when asking somebody else. */
import type { CombinedError } from '@urql/core'

import { catalogue } from '../i18n/catalogue'

export interface Fault {
  message: string
  hint?: string
  code?: string
  /** In the server's log. */
  traceId?: string
}

const words = catalogue(
  {
    unreachable: 'The server did not answer.',
    unreachableHint: 'Is it running? The page goes on by itself when it is back; “Try again” asks now.',
    slow: (seconds: number) => `Too many requests. Wait ${seconds} s.`,
    odd: 'The server answered something that cannot be read.',
  },
  {
    unreachable: '服务器没有应答。',
    unreachableHint: '它在运行吗？恢复后页面会自动继续；点“重试”立即再问。',
    slow: (seconds) => `请求过于频繁，请等待 ${seconds} s。`,
    odd: '服务器的应答无法读取。',
  },
)

/** Of a feed: the server's words when it sent some, else that it did not answer. */
export function faultOfFeed(error: unknown): Fault {
  const [first] = Array.isArray(error) ? (error as { message?: string }[]) : []
  const { unreachable, unreachableHint } = words.now()
  return first?.message ? { message: first.message } : { message: unreachable, hint: unreachableHint }
}

export function faultOf(error: CombinedError | undefined): Fault {
  const first = error?.graphQLErrors[0]
  if (!first) {
    const { unreachable, unreachableHint, odd } = words.now()
    return error?.networkError
      ? { message: unreachable, hint: unreachableHint, code: 'UNREACHABLE' }
      : { message: odd }
  }
  const { code, traceId, retryAfter } = first.extensions as {
    code?: string
    traceId?: string
    retryAfter?: number
  }
  const message = retryAfter ? words.now().slow(retryAfter) : first.message
  return { message, ...(code && { code }), ...(traceId && { traceId }) }
}
