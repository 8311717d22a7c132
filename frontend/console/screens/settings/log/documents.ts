import { graphql, type ResultOf } from '../../../graphql/graphql'

export const AuditTrail = graphql(`
  query AuditTrail {
    auditTrail { whole records brokenAt }
  }
`)

export const Books = graphql(`
  query Books {
    books {
      closedThrough
      closedAt
      released
      standIns
      retention { grabDays systemDays errorDays operationDays auditDays }
      archives(first: 20) { file after through closedAt sizeBytes sha256 }
    }
  }
`)

export type Archive = ResultOf<typeof Books>['books']['archives'][number]

export const BooksClose = graphql(`
  mutation BooksClose($input: BooksCloseInput!) {
    booksClose(input: $input) {
      closedThrough
      released
      standIns
      archives
      frozen
      userErrors { code field message hint }
    }
  }
`)

export type Closing = ResultOf<typeof BooksClose>['booksClose']
