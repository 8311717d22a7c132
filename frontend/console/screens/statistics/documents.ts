import { graphql, type ResultOf } from '../../graphql/graphql'

const Counters = graphql(`
  fragment Counters on AttemptStatistics {
    from
    to
    attempts
    accepted
    launched
    lost
    faults
    meanDurationMs
    medianTimeToLaunch
    tasksByState { state count }
  }
`)

export const StatisticsPage = graphql(
  `
  query StatisticsPage($range: DateTimeRange, $tenant: ID, $region: String, $bucketWidth: Seconds!) {
    attemptStatistics(range: $range, tenantId: $tenant, region: $region) {
      ...Counters
      outcomes { outcome count }
      preparationFailures { outcome count }
      series(bucketWidth: $bucketWidth) {
        start
        outcomes { outcome count }
      }
      capacityHeatmap { region hour attempts launched }
      hoursOfWeek { weekday hour attempts launched }
      timeToLaunch {
        count
        tenth
        median
        ninetieth
        steps { upTo count }
      }
      shapes { shape attempts launched faults }
      availabilityDomains { region availabilityDomain attempts launched faults }
    }
  }
`,
  [Counters],
)

/** Only the counters are live: charts that move cannot be read. */
export const StatisticsTail = graphql(
  `
  subscription StatisticsTail($range: DateTimeRange, $tenant: ID, $region: String) {
    statisticsChanged(range: $range, tenantId: $tenant, region: $region) {
      ...Counters
    }
  }
`,
  [Counters],
)

export const StatisticsPlaces = graphql(`
  query StatisticsPlaces {
    tenants(first: 100) {
      nodes {
        id
        name
        regions { code }
      }
    }
  }
`)

export type Numbers = ResultOf<typeof Counters>
export type Statistics = ResultOf<typeof StatisticsPage>['attemptStatistics']
export type Outcomes = Statistics['outcomes']
