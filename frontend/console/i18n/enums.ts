/** Every value of the schema's enums that a screen shows, in both languages: a value without a word is a type error. */
import type {
  AccountStatus,
  AttemptOutcome,
  FreeResource,
  GrabTaskAction,
  GrabTaskState,
  LogCategory,
  LogLevel,
  NotificationDeliveryState,
  NotificationTopic,
  ProjectionStatus,
  Role,
  Scope,
  Severity,
  Weekday,
} from '../graphql/enums'
import { catalogue } from './catalogue'

interface Words {
  state: Record<GrabTaskState, string>
  outcome: Record<AttemptOutcome, string>
  action: Record<GrabTaskAction, string>
  account: Record<AccountStatus, string>
  level: Record<LogLevel, string>
  category: Record<LogCategory, string>
  delivery: Record<NotificationDeliveryState, string>
  severity: Record<Severity, string>
  topic: Record<NotificationTopic, string>
  projection: Record<ProjectionStatus, string>
  role: Record<Role, string>
  scope: Record<Scope, string>
  weekday: Record<Weekday, string>
  free: Record<FreeResource, string>
}

export const enums = catalogue<Words>(
  {
    state: {
      PENDING: 'Not started',
      RUNNING: 'Grabbing',
      COOLING_DOWN: 'Cooling down',
      PAUSED: 'Paused',
      NEEDS_REVIEW: 'Needs you',
      SUCCEEDED: 'Got it',
      STOPPED: 'Stopped',
      FAILED: 'Failed',
    },
    outcome: {
      ACCEPTED: 'accepted',
      AUTH: 'key refused',
      CAPACITY: 'out of capacity',
      INVALID: 'not valid',
      IN_DOUBT: 'being found out',
      LIMIT: 'over the limit',
      NETWORK: 'network',
      SERVER_FAULT: 'fault of the cloud',
      SHAPE_UNAVAILABLE: 'shape not offered',
      THROTTLED: 'throttled',
    },
    action: {
      ATTEMPT_NOW: 'Try now',
      DELETE: 'Delete',
      PAUSE: 'Pause',
      RESUME: 'Resume',
      START: 'Start',
      STOP: 'Stop',
      UPDATE: 'Edit',
    },
    account: {
      ACTIVE: 'Active',
      AUTH_FAILED: 'Key refused',
      DISABLED: 'Switched off',
      SUSPENDED: 'Suspended by the cloud',
      UNTESTED: 'Not tested',
    },
    level: { DEBUG: 'Debug', INFO: 'Info', WARN: 'Warning', ERROR: 'Error' },
    category: { GRAB: 'Grab', OPERATION: 'Operation', SYSTEM: 'System', AUDIT: 'Audit' },
    delivery: {
      PENDING: 'Waiting',
      SENDING: 'Sending',
      RETRYING: 'Trying again',
      DELIVERED: 'Sent',
      FAILED: 'Given up',
    },
    severity: { INFO: 'Good to know', WARNING: 'Warning', CRITICAL: 'Critical' },
    topic: {
      TASK_SUCCEEDED: 'Got it',
      TASK_FAILED: 'Failed',
      ACCOUNT_AUTH_FAILED: 'Key refused',
      SYSTEM_ALERT: 'System alert',
      DAILY_DIGEST: 'Daily report',
    },
    projection: { LIVE: 'Level', CATCHING_UP: 'Catching up', REBUILDING: 'Rebuilding', FAULTED: 'Stopped' },
    role: { SUPER_ADMIN: 'Super administrator', ADMIN: 'Administrator', VIEWER: 'Viewer' },
    scope: { READ: 'Read', OPERATE: 'Operate', ADMINISTER: 'Administer' },
    weekday: {
      MONDAY: 'Mon',
      TUESDAY: 'Tue',
      WEDNESDAY: 'Wed',
      THURSDAY: 'Thu',
      FRIDAY: 'Fri',
      SATURDAY: 'Sat',
      SUNDAY: 'Sun',
    },
    free: {
      ARM_OCPUS: 'Arm OCPUs',
      ARM_MEMORY: 'Arm memory',
      MICRO_INSTANCES: 'Micro instances',
      BLOCK_STORAGE: 'Disks',
    },
  },
  {
    state: {
      PENDING: '未开始',
      RUNNING: '抢机中',
      COOLING_DOWN: '冷却中',
      PAUSED: '已暂停',
      NEEDS_REVIEW: '需要处理',
      SUCCEEDED: '已抢到',
      STOPPED: '已停止',
      FAILED: '失败',
    },
    outcome: {
      ACCEPTED: '已接受',
      AUTH: '密钥被拒绝',
      CAPACITY: '容量不足',
      INVALID: '请求无效',
      IN_DOUBT: '核对中',
      LIMIT: '超出限额',
      NETWORK: '网络',
      SERVER_FAULT: '云端故障',
      SHAPE_UNAVAILABLE: '不提供此形状',
      THROTTLED: '限流',
    },
    action: {
      ATTEMPT_NOW: '立即尝试',
      DELETE: '删除',
      PAUSE: '暂停',
      RESUME: '继续',
      START: '开始',
      STOP: '停止',
      UPDATE: '编辑',
    },
    account: {
      ACTIVE: '活跃',
      AUTH_FAILED: '密钥被拒绝',
      DISABLED: '已停用',
      SUSPENDED: '被云端停用',
      UNTESTED: '未测试',
    },
    level: { DEBUG: '调试', INFO: '信息', WARN: '警告', ERROR: '错误' },
    category: { GRAB: '抢机', OPERATION: '操作', SYSTEM: '系统', AUDIT: '审计' },
    delivery: {
      PENDING: '等待中',
      SENDING: '发送中',
      RETRYING: '重试中',
      DELIVERED: '已送达',
      FAILED: '已放弃',
    },
    severity: { INFO: '一般', WARNING: '警告', CRITICAL: '严重' },
    topic: {
      TASK_SUCCEEDED: '抢到',
      TASK_FAILED: '失败',
      ACCOUNT_AUTH_FAILED: '密钥被拒绝',
      SYSTEM_ALERT: '系统告警',
      DAILY_DIGEST: '日报',
    },
    projection: { LIVE: '同步', CATCHING_UP: '追赶中', REBUILDING: '重建中', FAULTED: '已停下' },
    role: { SUPER_ADMIN: '超级管理员', ADMIN: '管理员', VIEWER: '只读用户' },
    scope: { READ: '读取', OPERATE: '操作', ADMINISTER: '管理' },
    weekday: {
      MONDAY: '周一',
      TUESDAY: '周二',
      WEDNESDAY: '周三',
      THURSDAY: '周四',
      FRIDAY: '周五',
      SATURDAY: '周六',
      SUNDAY: '周日',
    },
    free: {
      ARM_OCPUS: 'ARM OCPU',
      ARM_MEMORY: 'ARM 内存',
      MICRO_INSTANCES: '微型实例',
      BLOCK_STORAGE: '磁盘',
    },
  },
)
