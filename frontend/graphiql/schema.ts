import { buildSchema, type GraphQLSchema } from 'graphql'

/** The schema from its text, which is there before anybody signed in. Undefined lets GraphiQL ask by introspection instead. */
export async function readSchema(): Promise<GraphQLSchema | undefined> {
  try {
    const answer = await fetch('/schema.graphql')
    return answer.ok ? buildSchema(await answer.text()) : undefined
  } catch {
    return undefined
  }
}
