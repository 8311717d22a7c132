import { graphql, type ResultOf } from '../../graphql/graphql'

/** `$history`: the event that stopped it is shown to those who may read history. */
const ProjectionCard = graphql(`
  fragment ProjectionCard on Projection {
    name
    status
    version
    position
    lag
    eventsPerSecond
    rebuildPosition
    rebuildTarget
    rebuiltAt
    passedOver
    fault {
      position
      message
      event @include(if: $history) { type summary streamId time }
    }
  }
`)

export type ReadModel = ResultOf<typeof ProjectionCard>

export const ReadModels = graphql(
  `
  query Projections($history: Boolean!) {
    projections { ...ProjectionCard }
  }
`,
  [ProjectionCard],
)

export const ReadModelChanged = graphql(
  `
  subscription ProjectionChanged($history: Boolean!) {
    projectionChanged { ...ProjectionCard }
  }
`,
  [ProjectionCard],
)

export const DryRun = graphql(`
  query ProjectionDryRun($name: String!) {
    projectionDryRun(name: $name) {
      position
      eventsApplied
      added
      removed
      changed
      samples { row before after }
    }
  }
`)

export type Dry = ResultOf<typeof DryRun>['projectionDryRun']

export const Rebuild = graphql(`
  mutation ProjectionRebuild($input: ProjectionCommandInput!) {
    projectionRebuild(input: $input) {
      projection { name }
      userErrors { code field message hint }
    }
  }
`)

export const Retry = graphql(`
  mutation ProjectionRetry($input: ProjectionCommandInput!) {
    projectionRetry(input: $input) {
      projection { name }
      userErrors { code field message hint }
    }
  }
`)

export const Skip = graphql(`
  mutation ProjectionSkip($input: ProjectionSkipInput!) {
    projectionSkip(input: $input) {
      projection { name }
      userErrors { code field message hint }
    }
  }
`)
