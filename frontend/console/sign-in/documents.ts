import { graphql } from '../graphql/graphql'

export const SessionCreate = graphql(`
  mutation SignIn($input: SessionCreateInput!) {
    sessionCreate(input: $input) {
      userErrors { code field message hint }
    }
  }
`)

export const SessionDelete = graphql(`
  mutation SignOut {
    sessionDelete { userErrors { code field message hint } }
  }
`)

export const SetupComplete = graphql(`
  mutation SetUp($input: SetupCompleteInput!) {
    setupComplete(input: $input) {
      userErrors { code field message hint }
    }
  }
`)
