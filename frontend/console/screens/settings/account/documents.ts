import { graphql, type ResultOf } from '../../../graphql/graphql'

export const SessionRow = graphql(`
  fragment SessionRow on Session {
    id
    agent
    current
    from
    openedAt
    usedAt
    expiresAt
  }
`)

export type Session = ResultOf<typeof SessionRow>

const TokenRow = graphql(`
  fragment TokenRow on ApiToken {
    id
    name
    scopes
    createdAt
    expiresAt
    usedAt
  }
`)

export type Token = ResultOf<typeof TokenRow>

/** `own`: sessions and tokens are told to people, and not to API tokens. */
export const Account = graphql(
  `
  query Account($own: Boolean!) {
    viewer {
      id
      username
      role
      scopes
      secondFactor
      recoveryCodesLeft
      sessions @include(if: $own) { ...SessionRow }
      apiTokens @include(if: $own) { ...TokenRow }
    }
  }
`,
  [SessionRow, TokenRow],
)

export type Viewer = NonNullable<ResultOf<typeof Account>['viewer']>

export const PasswordChange = graphql(`
  mutation PasswordChange($input: PasswordChangeInput!) {
    passwordChange(input: $input) { userErrors { code field message hint } }
  }
`)

export const SecondFactorBegin = graphql(`
  mutation SecondFactorBegin {
    secondFactorBegin {
      seed
      url
      userErrors { code field message hint }
    }
  }
`)

export const SecondFactorSet = graphql(`
  mutation SecondFactorSet($input: SecondFactorSetInput!) {
    secondFactorSet(input: $input) {
      recoveryCodes
      userErrors { code field message hint }
    }
  }
`)

export const SecondFactorRemove = graphql(`
  mutation SecondFactorRemove($input: SecondFactorRemoveInput!) {
    secondFactorRemove(input: $input) { userErrors { code field message hint } }
  }
`)

export const SessionRevoke = graphql(`
  mutation SessionRevoke($input: SessionRevokeInput!) {
    sessionRevoke(input: $input) { userErrors { code field message hint } }
  }
`)

export const TokenCreate = graphql(
  `
  mutation ApiTokenCreate($input: ApiTokenCreateInput!) {
    apiTokenCreate(input: $input) {
      apiToken { ...TokenRow }
      token
      userErrors { code field message hint }
    }
  }
`,
  [TokenRow],
)

export const TokenRevoke = graphql(`
  mutation ApiTokenRevoke($input: ApiTokenRevokeInput!) {
    apiTokenRevoke(input: $input) { userErrors { code field message hint } }
  }
`)
