import { graphql, type ResultOf } from '../../../graphql/graphql'

export const TenantImport = graphql(`
  mutation TenantImport($input: TenantImportInput!) {
    tenantImport(input: $input) {
      results {
        profile
        tenant { id name }
        userErrors { code field message hint }
      }
      userErrors { code field message hint }
    }
  }
`)

export type ImportLine = ResultOf<typeof TenantImport>['tenantImport']['results'][number]

export const TenantCreate = graphql(`
  mutation TenantCreate($input: TenantCreateInput!) {
    tenantCreate(input: $input) {
      tenant { id name }
      userErrors { code field message hint }
    }
  }
`)
