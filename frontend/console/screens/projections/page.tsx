/** The read models: how far each is, and what to do about one that stopped. */
import { Stack, Text } from '@mantine/core'

import { useAsk } from '../../graphql/asking'
import { useFeed } from '../../graphql/feed'
import { useMay } from '../../store/viewer'
import { Page } from '../../ui/page'
import { Empty, Failed, Waiting } from '../../ui/states'
import { ReadModelCard } from './card'
import { type ReadModel, ReadModelChanged, ReadModels } from './documents'
import { words } from './words'

export function Projections() {
  const said = words.use()
  const mayAdminister = useMay('ADMINISTER')
  const variables = { history: mayAdminister }
  const { data, fault, again, change } = useAsk(ReadModels, variables)
  useFeed(
    ReadModelChanged,
    { variables, when: data !== undefined, pausable: false },
    ({ projectionChanged: changed }) =>
      change(({ projections }) => ({ projections: withOne(projections, changed) })),
  )
  return (
    <Page title={said.title} behind={{ cli: 'berth projections list', document: ReadModels, variables }}>
      <Text c="dimmed" size="sm">
        {said.intro} {!mayAdminister && said.readOnly}
      </Text>
      {fault && <Failed fault={fault} again={again} />}
      {!data && !fault && <Waiting rows={6} height={72} />}
      {data?.projections.length === 0 && <Empty title={said.none} />}
      <Stack gap="sm">
        {data?.projections.map((model) => (
          <ReadModelCard key={model.name} model={model} mayAdminister={mayAdminister} />
        ))}
      </Stack>
    </Page>
  )
}

/** Each is told whole, so the one that comes last is right. */
function withOne(models: ReadModel[], changed: ReadModel): ReadModel[] {
  const known = models.some(({ name }) => name === changed.name)
  return known ? models.map((model) => (model.name === changed.name ? changed : model)) : [...models, changed]
}
