/** Who I am, and what opens my account. */
import { Badge, Group, Text } from '@mantine/core'

import type { Answer } from '../../../graphql/asking'
import type { ResultOf } from '../../../graphql/graphql'
import { enums } from '../../../i18n/enums'
import { FactList } from '../../../ui/facts'
import { Failed, Waiting } from '../../../ui/states'
import { Section } from '../section'
import type { Account, Viewer } from './documents'
import { Password } from './password'
import { SecondFactor } from './second-factor'
import { Sessions } from './sessions'
import { Tokens } from './tokens'
import { words } from './words'

export function AccountSection({ answer }: { answer: Answer<ResultOf<typeof Account>> }) {
  const said = words.use()
  const { data, fault, again } = answer
  const who = data?.viewer
  return (
    <Section id="account" title={said.title}>
      {fault && <Failed fault={fault} again={again} />}
      {!data && !fault && <Waiting rows={4} />}
      {who && <Identity who={who} />}
      {who && !who.id && <Text size="sm">{said.machine}</Text>}
      {who?.id && !who.sessions && <Text size="sm">{said.apiToken}</Text>}
      {who?.id && who.sessions && (
        <>
          <Password username={who.username} />
          <SecondFactor who={who} changed={again} />
          <Sessions sessions={who.sessions} changed={again} />
          <Tokens tokens={who.apiTokens ?? []} scopes={who.scopes} changed={again} />
        </>
      )}
    </Section>
  )
}

function Identity({ who }: { who: Viewer }) {
  const said = words.use()
  const { role, scope } = enums.use()
  return (
    <FactList
      facts={[
        [said.who, who.username],
        ...(who.role ? [[said.role, role[who.role]] as [string, string]] : []),
        [
          said.scopes,
          <Group key="scopes" gap={6}>
            {who.scopes.map((each) => (
              <Badge key={each} variant="default" tt="none" fw={500}>
                {scope[each]}
              </Badge>
            ))}
          </Group>,
        ],
      ]}
    />
  )
}
