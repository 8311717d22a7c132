import { graphql, type ResultOf } from '../../../graphql/graphql'
import { SessionRow } from '../account/documents'

const UserRow = graphql(
  `
  fragment UserRow on User {
    id
    username
    role
    disabled
    secondFactor
    createdAt
    signedInAt
    sessions { ...SessionRow }
  }
`,
  [SessionRow],
)

export type User = ResultOf<typeof UserRow>

export const Users = graphql(
  `
  query Users {
    users { ...UserRow }
  }
`,
  [UserRow],
)

export const UserCreate = graphql(
  `
  mutation UserCreate($input: UserCreateInput!) {
    userCreate(input: $input) {
      user { ...UserRow }
      userErrors { code field message hint }
    }
  }
`,
  [UserRow],
)

export const UserUpdate = graphql(
  `
  mutation UserUpdate($input: UserUpdateInput!) {
    userUpdate(input: $input) {
      user { ...UserRow }
      userErrors { code field message hint }
    }
  }
`,
  [UserRow],
)

export const UserPasswordReset = graphql(
  `
  mutation UserPasswordReset($input: UserPasswordResetInput!) {
    userPasswordReset(input: $input) {
      user { ...UserRow }
      userErrors { code field message hint }
    }
  }
`,
  [UserRow],
)

export const UserDelete = graphql(`
  mutation UserDelete($input: UserDeleteInput!) {
    userDelete(input: $input) { userErrors { code field message hint } }
  }
`)
