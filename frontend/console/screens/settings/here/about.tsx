import { Anchor, Text } from '@mantine/core'

import { useValue } from '../../../store/value'
import { server } from '../../../store/viewer'
import { Copyable } from '../../../ui/copy'
import { FactList } from '../../../ui/facts'
import { Section } from '../section'
import { words } from '../words'

export function AboutSection() {
  const said = words.use()
  const told = useValue(server)
  return (
    <Section id="about" title={said.about}>
      {told?.demo && <Text size="sm">{said.demo}</Text>}
      <FactList
        facts={[
          [said.version, told ? <Copyable key="version" text={told.version} /> : '–'],
          [
            said.commit,
            told && told.commit !== 'unknown' ? (
              <Copyable key="commit" text={told.commit} />
            ) : (
              said.unknownCommit
            ),
          ],
          [said.schema, <Page key="schema" to="/schema.graphql" />],
          [said.playground, <Page key="playground" to="/graphiql/" />],
          [said.licences, <Page key="licences" to="/licenses.md" />],
        ]}
      />
    </Section>
  )
}

/** Outside of the client: the server's own pages. */
function Page({ to }: { to: string }) {
  return (
    <Anchor href={to} target="_blank" className="mono">
      {to}
    </Anchor>
  )
}
