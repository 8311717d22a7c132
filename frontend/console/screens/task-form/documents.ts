import { graphql, type ResultOf, type VariablesOf } from '../../graphql/graphql'
import { TaskRow } from '../../store/tasks'

/** All that can be said of an instance, as it is read. */
const FullSpec = graphql(`
  fragment FullSpec on InstanceSpec {
    shape
    sizes { ocpus memoryGb }
    bootVolumeGb
    vpusPerGb
    image
    regions
    availabilityDomains
    subnet
    publicIpv4
    ipv6
    tags { name value }
    count
    hasRootPassword
    hasUserData
    sshKeys
  }
`)

/** What a task wants, whole: what a form starts from. */
const TaskWish = graphql(
  `
  fragment TaskWish on GrabTask {
    id
    name
    version
    allowedActions
    tenant { id name homeRegion { code } regions { code } }
    spec { ...FullSpec }
    startsInstance { instance region }
    schedule {
      interval
      jitterPercent
      maxAttempts
      startAt
      deadline
      utcOffsetMinutes
      windows { days fromMinute toMinute }
      cronWindows { cron minutes }
    }
  }
`,
  [FullSpec],
)

export const TaskToTake = graphql(
  `
  query TaskWishOf($id: ID!) {
    grabTask(id: $id) { ...TaskWish }
  }
`,
  [TaskWish],
)

export const TenantChoices = graphql(`
  query TenantChoices($search: String) {
    tenants(first: 100, filter: { search: $search }) {
      totalCount
      nodes { id name status homeRegion { code } regions { code } }
    }
  }
`)

export const Presets = graphql(
  `
  query Presets {
    launchProfiles(first: 100) { nodes { id name spec { ...FullSpec } } }
    grabTasks(first: 10, orderBy: { field: CREATED_AT, direction: DESC }) { nodes { ...TaskWish } }
  }
`,
  [FullSpec, TaskWish],
)

export const Options = graphql(`
  query LaunchOptions($tenantId: ID!, $region: String, $refresh: Boolean!) {
    launchOptions(tenantId: $tenantId, region: $region, refresh: $refresh) {
      region
      fetchedAt
      availabilityDomains
      shapes { name arch alwaysFree maxOcpus maxMemoryGb }
      images { name shapes }
      quota { limits { name availabilityDomain total used } }
    }
  }
`)

export const FreeOf = graphql(`
  query FreeOf($id: ID!, $region: String) {
    tenant(id: $id) {
      id
      alwaysFree(region: $region) { resource unit allowance used left }
    }
  }
`)

export const GrabTaskCreate = graphql(
  `
  mutation GrabTaskCreate($input: GrabTaskCreateInput!) {
    grabTaskCreate(input: $input) {
      grabTasks { ...TaskRow }
      warnings
      userErrors { code field message hint }
    }
  }
`,
  [TaskRow],
)

export const GrabTaskUpdate = graphql(
  `
  mutation GrabTaskUpdate($input: GrabTaskUpdateInput!) {
    grabTaskUpdate(input: $input) {
      grabTasks { ...TaskRow ...TaskWish }
      warnings
      userErrors { code field message hint }
    }
  }
`,
  [TaskRow, TaskWish],
)

export const LaunchProfileCreate = graphql(`
  mutation LaunchProfileCreate($input: LaunchProfileCreateInput!) {
    launchProfileCreate(input: $input) {
      launchProfile { id name }
      userErrors { code field message hint }
    }
  }
`)

export type Spec = ResultOf<typeof FullSpec>
export type Wish = ResultOf<typeof TaskWish>
export type Tenant = ResultOf<typeof TenantChoices>['tenants']['nodes'][number]
export type LaunchProfile = ResultOf<typeof Presets>['launchProfiles']['nodes'][number]
export type LaunchOptions = NonNullable<ResultOf<typeof Options>['launchOptions']>
export type Allowance = NonNullable<ResultOf<typeof FreeOf>['tenant']>['alwaysFree'][number]

export type CreateInput = VariablesOf<typeof GrabTaskCreate>['input']
export type UpdateInput = VariablesOf<typeof GrabTaskUpdate>['input']
export type SpecInput = NonNullable<CreateInput['spec']>
export type ScheduleInput = NonNullable<CreateInput['schedule']>
