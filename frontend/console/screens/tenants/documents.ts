import { graphql, type ResultOf } from '../../graphql/graphql'

/** What the list shows of a tenant, and every command answers. */
const TenantRow = graphql(`
  fragment TenantRow on Tenant {
    id
    name
    status
    statusReason
    throttledUntil
    lastCheckedAt
    tenancyOcid
    position
    homeRegion { code name }
    grabTasks(first: 1) { totalCount }
    trying: grabTasks(first: 1, filter: { state: [RUNNING, COOLING_DOWN] }) { totalCount }
  }
`)

export type TenantOfList = ResultOf<typeof TenantRow>

export const TenantList = graphql(
  `
  query Tenants($search: String) {
    tenants(first: 100, filter: { search: $search }) {
      position
      totalCount
      nodes { ...TenantRow }
    }
  }
`,
  [TenantRow],
)

export const TenantPage = graphql(
  `
  query Tenant($id: ID!) {
    tenant(id: $id) {
      ...TenantRow
      createdAt
      userOcid
      fingerprint
      proxyMasked
      regions { code name home }
    }
    tenants(first: 1) { position }
  }
`,
  [TenantRow],
)

export type TenantOfPage = NonNullable<ResultOf<typeof TenantPage>['tenant']>

export const TenantPace = graphql(
  `
  query TenantPace($id: ID!) {
    tenant(id: $id) {
      pace {
        tenancy { ...PaceOfRegion }
        regions { ...PaceOfRegion }
      }
    }
  }
`,
  [
    graphql(`
    fragment PaceOfRegion on Pace {
      region
      rate
      ceiling
      waiting
      frozenUntil
      reason
      providerError { status code message requestId }
    }
  `),
  ],
)

export type Pace = NonNullable<ResultOf<typeof TenantPace>['tenant']>['pace']['tenancy']

export const TenantLimits = graphql(`
  query TenantLimits($id: ID!, $region: String) {
    tenant(id: $id) {
      quota(region: $region) {
        fetchedAt
        limits { name availabilityDomain total used }
      }
      alwaysFree(region: $region) { resource allowance used left unit }
    }
  }
`)

export type Limits = NonNullable<ResultOf<typeof TenantLimits>['tenant']>

/** Has the cloud asked what is left; what it says is then in `quota` and `alwaysFree`. */
export const ReadLimits = graphql(`
  query ReadLimits($id: ID!, $region: String, $refresh: Boolean!) {
    launchOptions(tenantId: $id, region: $region, refresh: $refresh) { fetchedAt }
  }
`)

export const TenantEvents = graphql(`
  subscription TenantEvents($after: EventPosition, $filter: EventFilter) {
    eventAppended(after: $after, filter: $filter) {
      position
      events { position }
    }
  }
`)

export const TenantTest = graphql(
  `
  mutation TenantTest($input: TenantTestInput!) {
    tenantTest(input: $input) {
      durationMs
      reason
      providerError { status code message requestId }
      tenant { ...TenantRow }
      userErrors { code field message hint }
    }
  }
`,
  [TenantRow],
)

export type TestAnswer = ResultOf<typeof TenantTest>['tenantTest']

export const TenantDisable = graphql(
  `
  mutation TenantDisable($input: TenantCommandInput!) {
    tenantDisable(input: $input) {
      tenant { ...TenantRow }
      userErrors { code field message hint }
    }
  }
`,
  [TenantRow],
)

export const TenantEnable = graphql(
  `
  mutation TenantEnable($input: TenantCommandInput!) {
    tenantEnable(input: $input) {
      tenant { ...TenantRow }
      userErrors { code field message hint }
    }
  }
`,
  [TenantRow],
)

export const TenantDelete = graphql(`
  mutation TenantDelete($input: TenantDeleteInput!) {
    tenantDelete(input: $input) {
      deletedId
      userErrors { code field message hint }
    }
  }
`)
