import type { NotificationDeliveryState } from '../../../graphql/enums'
import { enums } from '../../../i18n/enums'
import { Mark } from '../../../ui/mark'
import type { Tone } from '../../../ui/tone'

const LOOK: Record<NotificationDeliveryState, [Tone, string]> = {
  PENDING: ['miss', '○'],
  SENDING: ['miss', '◌'],
  RETRYING: ['throttled', '◐'],
  DELIVERED: ['got', '✓'],
  FAILED: ['fault', '✗'],
}

export function DeliveryMark({ state }: { state: NotificationDeliveryState }) {
  const [tone, sign] = LOOK[state]
  return (
    <Mark tone={tone} sign={sign}>
      {enums.use().delivery[state]}
    </Mark>
  )
}
