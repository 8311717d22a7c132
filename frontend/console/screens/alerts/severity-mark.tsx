import { enums } from '../../i18n/enums'
import { Mark } from '../../ui/mark'
import type { Tone } from '../../ui/tone'
import type { Alert } from './documents'

const TONE: Record<Alert['severity'], Tone> = { INFO: 'miss', WARNING: 'throttled', CRITICAL: 'fault' }
const SIGN: Record<Alert['severity'], string> = { INFO: 'i', WARNING: '!', CRITICAL: '!!' }

/** How much it matters. */
export function SeverityMark({ severity }: { severity: Alert['severity'] }) {
  return (
    <Mark tone={TONE[severity]} sign={SIGN[severity]}>
      {enums.use().severity[severity]}
    </Mark>
  )
}
