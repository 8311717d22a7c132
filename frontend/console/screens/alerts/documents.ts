import { graphql, type ResultOf } from '../../graphql/graphql'

const AlertRow = graphql(`
  fragment AlertRow on Alert {
    id
    rule
    title
    state
    severity
    value
    threshold
    unit
    summary
    labels { name value }
    raisedAt
    resolvedAt
    resolvedBy
    times
    history { raisedAt value threshold summary resolvedAt resolvedBy }
    version
    position
  }
`)

export type Alert = ResultOf<typeof AlertRow>

export const Alerts = graphql(
  `
  query Alerts($first: Int!, $after: String, $state: AlertState) {
    alerts(first: $first, after: $after, state: $state) {
      position
      nodes { ...AlertRow }
      pageInfo { hasNextPage endCursor }
    }
  }
`,
  [AlertRow],
)

export const AlertsChanged = graphql(
  `
  subscription AlertsChanged($after: EventPosition) {
    alertRaised(after: $after) {
      position
      alerts { ...AlertRow }
    }
  }
`,
  [AlertRow],
)

export const AlertResolve = graphql(
  `
  mutation AlertResolve($input: AlertResolveInput!) {
    alertResolve(input: $input) {
      alert { ...AlertRow }
      userErrors { code field message hint }
    }
  }
`,
  [AlertRow],
)

const RuleRow = graphql(`
  fragment RuleRow on AlertRule {
    name
    title
    alertId
    source
    severity
    unit
    side
    threshold
    lasts
    enabled
    usualThreshold
    usualLasts
    usualEnabled
    raised
    version
    position
  }
`)

export type Rule = ResultOf<typeof RuleRow>

export const Rules = graphql(
  `
  query AlertRules {
    alertRules { ...RuleRow }
  }
`,
  [RuleRow],
)

export const RuleAdjust = graphql(
  `
  mutation AlertRuleAdjust($input: AlertRuleAdjustInput!) {
    alertRuleAdjust(input: $input) {
      rule { ...RuleRow }
      userErrors { code field message hint }
    }
  }
`,
  [RuleRow],
)
