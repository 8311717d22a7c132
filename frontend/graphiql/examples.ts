import type { Language } from '../common/language'

/** What a tab begins with. Its title is the name of the operation. */
export interface Example {
  query: string
  variables?: string
}

interface Source extends Example {
  comments: Record<Language, string[]>
}

/** Six tabs to begin with, in the reader's language. A test holds each to the schema. */
export function examples(language: Language): Example[] {
  return SOURCES.map(({ comments, query, variables }) => ({
    query: `${comments[language].map((line) => `# ${line}\n`).join('')}${query.trim()}\n`,
    ...(variables && { variables }),
  }))
}

const SOURCES: Source[] = [
  {
    comments: {
      en: ['The accounts that Berth may use. Ctrl+Enter runs it.'],
      'zh-CN': ['Berth 可以使用的租户。按 Ctrl+Enter 运行。'],
    },
    query: `
query Tenants {
  tenants(first: 20) {
    totalCount
    nodes {
      id
      name
      status
      statusReason
      homeRegion {
        code
      }
    }
  }
}`,
  },
  {
    comments: {
      en: ['Tasks that are trying now, and what the last attempt came to.'],
      'zh-CN': ['正在抢机的任务，以及最近一次尝试的结果。'],
    },
    query: `
query RunningTasks {
  grabTasks(first: 20, filter: { state: [RUNNING, COOLING_DOWN] }) {
    nodes {
      id
      name
      state
      attemptCount
      faultCount
      nextAttemptAt
      lastAttempt {
        outcome
        reason
      }
    }
  }
}`,
  },
  {
    comments: {
      en: [
        'Starts a task that was paused or never started. Put its id below;',
        'sent again with the same commandId, it is done once.',
      ],
      'zh-CN': [
        '启动一个已停止或尚未启动的任务。请在下方填入任务 id；',
        '以相同的 commandId 重复发送，只会执行一次。',
      ],
    },
    query: `
mutation StartTask($input: GrabTaskCommandInput!) {
  grabTaskStart(input: $input) {
    position
    grabTasks {
      id
      state
      allowedActions
    }
    userErrors {
      code
      message
      hint
      field
    }
  }
}`,
    variables: variables({ input: { taskIds: ['grab_…'] } }),
  },
  {
    comments: {
      en: ['Tasks as they change, live. After a break it goes on where it was.'],
      'zh-CN': ['任务状态的实时变化。断线重连后从断点继续。'],
    },
    query: `
subscription LiveTaskStates($after: EventPosition) {
  taskStateChanged(after: $after) {
    position
    caughtUp
    tasks {
      id
      name
      state
      attemptCount
      nextAttemptAt
    }
    deletedIds
  }
}`,
  },
  {
    comments: {
      en: ['Every event as it happens. { "after": "0" } tells the whole log first.'],
      'zh-CN': ['每个事件的实时输出。', '变量 { "after": "0" } 会先从头回放日志。'],
    },
    query: `
subscription TailEvents($after: EventPosition) {
  eventAppended(after: $after) {
    position
    caughtUp
    events {
      position
      time
      type
      streamId
      summary
    }
  }
}`,
  },
  {
    comments: {
      en: [
        'What something was then, and which event changed what since.',
        'TailEvents shows stream ids; a point is a version, a position or a time.',
      ],
      'zh-CN': [
        '某个对象当时的状态，以及此后每处变化由哪个事件引起。',
        'streamId 可在 TailEvents 中找到；时间点可以是版本、位置或时间。',
      ],
    },
    query: `
query TimeTravel($streamId: String!, $point: PointInHistory) {
  streamSnapshot(streamId: $streamId, point: $point) {
    version
    time
    state
  }
  streamDiff(streamId: $streamId, from: $point) {
    path
    before
    after
    causedBy {
      position
      type
      time
    }
  }
}`,
    variables: variables({ streamId: 'grab/grab_…', point: { version: 1 } }),
  },
]

function variables(values: Record<string, unknown>): string {
  return JSON.stringify(values, null, 2)
}
