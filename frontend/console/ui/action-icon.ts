import {
  IconBolt,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconTrash,
} from '@tabler/icons-react'

import type { GrabTaskAction } from '../graphql/enums'

/** What can be done to a task, as a sign. */
export const ACTION_ICON = {
  START: IconPlayerPlay,
  RESUME: IconPlayerPlay,
  PAUSE: IconPlayerPause,
  STOP: IconPlayerStop,
  ATTEMPT_NOW: IconBolt,
  UPDATE: IconPencil,
  DELETE: IconTrash,
} satisfies Record<GrabTaskAction, unknown>
