import { createGraphiQLFetcher } from '@graphiql/toolkit'
import { GraphiQL } from 'graphiql'
import type { GraphQLSchema } from 'graphql'

import { type Example, examples } from './examples'
import { byItsOwnName } from './fetcher'
import { language, words } from './language'
import { createMemory } from './memory'
import { session } from './session'
import { createSocket } from './socket'

const fetcher = byItsOwnName(
  createGraphiQLFetcher({
    url: '/graphql',
    fetch: session.fetch,
    wsClient: createSocket(),
    enableIncrementalDelivery: false,
  }),
)
const memory = createMemory(localStorage)

interface Properties {
  /** To be opened in a tab of its own, before the examples. */
  query: string | null
  schema: GraphQLSchema | undefined
}

export function Playground({ query, schema }: Properties) {
  const asked: Example[] = query === null ? [] : [{ query }]
  return (
    <GraphiQL
      fetcher={fetcher}
      schema={schema}
      storage={memory}
      defaultTabs={[...asked, ...examples(language)]}
      defaultQuery=""
      shouldPersistHeaders={false}
      showPersistHeadersSettings={false}
      isHeadersEditorEnabled={false}
      defaultEditorToolsVisibility="variables"
    >
      <GraphiQL.Logo>
        <a href="/">Berth 泊位</a>
        <button type="button" onClick={() => void session.signIn()}>
          {words.signIn}
        </button>
      </GraphiQL.Logo>
    </GraphiQL>
  )
}
