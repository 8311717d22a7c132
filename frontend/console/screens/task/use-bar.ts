import { useAsk } from '../../graphql/asking'
import { useNow } from '../../graphql/clock'
import { useFeed } from '../../graphql/feed'
import { type BarData, BarSettled, TaskBar } from './documents'
import { counted, rolled, SPANS, type Span } from './slices'

/** The slices of the bar up to now: those of the answer, and what was settled since. */
export function useBar(id: string, span: Span) {
  const { count, width } = SPANS[span]
  const { data, fault, again, change } = useAsk(TaskBar, { id, count, width })
  const now = useNow()
  const position = data?.grabTask?.position
  useFeed(
    BarSettled,
    { variables: { taskIds: [id], after: position ?? null }, when: position !== undefined },
    ({ attemptAppended: { attempts } }) => {
      // One that was in doubt comes again when it is known, and was counted as a doubt.
      if (data && attempts.some(({ number }) => number <= settledThrough(data))) return again()
      change((known) => attempts.reduce((bar, attempt) => withAttempt(bar, width, attempt), known))
    },
  )
  const buckets = data?.grabTask ? rolled(data.grabTask.attemptBuckets, width, now) : undefined
  return { buckets, fault, again }
}

type Settled = NonNullable<NonNullable<BarData['grabTask']>['lastAttempt']> & { startedAt: string }

/** A task makes one attempt after another, so their numbers tell which were counted. */
function settledThrough({ grabTask }: BarData): number {
  const last = grabTask?.lastAttempt
  if (!last) return 0
  return last.outcome ? last.number : last.number - 1
}

function withAttempt({ grabTask }: BarData, width: number, attempt: Settled): BarData {
  if (!grabTask) return { grabTask }
  const attemptBuckets = counted(grabTask.attemptBuckets, width, attempt)
  return { grabTask: { ...grabTask, attemptBuckets, lastAttempt: attempt } }
}
