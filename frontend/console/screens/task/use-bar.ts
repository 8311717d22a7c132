import { useAsk } from '../../graphql/asking'
import { useNow } from '../../graphql/clock'
import { useFeed } from '../../graphql/feed'
import { counted, isSettledAnew, rolled, type Slices } from '../../store/slices'
import { BarSettled, TaskBar } from './documents'

export const SPANS = {
  '1h': { count: 60, width: 60 },
  '24h': { count: 96, width: 900 },
  '30d': { count: 120, width: 21_600 },
  '90d': { count: 90, width: 86_400 },
} as const

export type Span = keyof typeof SPANS

export const spanOf = (said: string | undefined): Span => (said && said in SPANS ? (said as Span) : '1h')

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
      const task = data?.grabTask
      // One that was in doubt comes again when it is known, and was counted as a doubt.
      if (task && attempts.some((attempt) => isSettledAnew(task, attempt))) return again()
      change(({ grabTask }) => ({
        grabTask: grabTask && {
          ...grabTask,
          ...attempts.reduce<Slices>((bar, attempt) => counted(bar, width, attempt), grabTask),
        },
      }))
    },
  )
  const buckets = data?.grabTask ? rolled(data.grabTask.attemptBuckets, width, now) : undefined
  return { buckets, fault, again }
}
