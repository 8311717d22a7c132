import { graphql, type ResultOf } from '../../graphql/graphql'

export const Sample = graphql(`
  fragment Sample on SystemMetricsSample {
    time
    cpuPercent
    load1
    memoryUsedBytes
    memoryTotalBytes
    diskUsedBytes
    diskTotalBytes
    diskReadBytesPerSecond
    diskWriteBytesPerSecond
    networkRxBytesPerSecond
    networkTxBytesPerSecond
    process {
      cpuPercent
      residentBytes
      actors
      subscriptions
      uptime
      eventsPerSecond
      projectionLag
      diskReadBytesPerSecond
      diskWriteBytesPerSecond
    }
  }
`)

export type Sample = ResultOf<typeof Sample>

export const Measured = graphql(
  `
  query SystemMetrics($range: DateTimeRange, $points: Int!) {
    systemMetrics(range: $range, points: $points) { ...Sample }
  }
`,
  [Sample],
)

export const Measuring = graphql(
  `
  subscription SystemMetricsNow {
    systemMetrics(interval: 2) { ...Sample }
  }
`,
  [Sample],
)
