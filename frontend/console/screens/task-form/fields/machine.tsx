import { Alert, Autocomplete, Combobox, Group, SimpleGrid, Text } from '@mantine/core'

import { useFormat } from '../../../i18n/format'
import { Failed } from '../../../ui/states'
import { imagesFor } from '../allowance'
import { useTaskForm } from '../context'
import { isFlexible } from '../to-input'
import { words } from '../words'
import { AmountField } from './amount'
import { Part } from './part'
import { Shares } from './shares'
import { Sizes } from './sizes'
import { choicesFor, Waits } from './waits'

/** What machine is wanted. */
export function Machine() {
  const { draft, offer } = useTaskForm()
  const said = words.use()
  return (
    <Part title={said.what}>
      {offer.fault && <Refusing />}
      {offer.slow && (
        <Text size="sm" c="dimmed" role="status">
          {said.cloudSlow}
        </Text>
      )}
      <ShapeField />
      {isFlexible(draft.shape) && <Sizes />}
      <SimpleGrid cols={2} spacing="sm">
        <AmountField field="bootVolumeGb" label={said.disk} />
        <AmountField field="count" label={said.count} />
      </SimpleGrid>
      {offer.data && <Shares key={offer.data.fetchedAt} offered={offer.data} refresh={offer.refresh} />}
      <ImageField />
    </Part>
  )
}

/** One may type anything, but need not: it looks like what it is, a list. */
const OPENS = { rightSection: <Combobox.Chevron />, rightSectionPointerEvents: 'none' as const }

function Refusing() {
  const { offer } = useTaskForm()
  const said = words.use()
  if (!offer.fault) return null
  return (
    <>
      <Failed fault={offer.fault} again={offer.refresh} />
      <Alert color="yellow" variant="outline">
        {said.cloudRefused}
      </Alert>
    </>
  )
}

function ShapeField() {
  const { draft, patch, error, offer } = useTaskForm()
  const said = words.use()
  const { number } = useFormat()
  const shapes = offer.data?.shapes ?? []
  // What costs nothing comes first.
  const names = shapes.toSorted((a, b) => Number(b.alwaysFree) - Number(a.alwaysFree)).map(({ name }) => name)
  return (
    <Waits label={said.shape}>
      <Autocomplete
        label={said.shape}
        data={choicesFor(names, draft.shape)}
        filter={({ options }) => options}
        value={draft.shape}
        onChange={(shape) => patch({ shape })}
        error={error('shape')}
        spellCheck={false}
        {...OPENS}
        renderOption={({ option }) => {
          const shape = shapes.find(({ name }) => name === option.value)
          const most =
            isFlexible(option.value) && shape?.maxOcpus && shape.maxMemoryGb
              ? said.upTo(shape.maxOcpus, shape.maxMemoryGb)
              : shape?.maxOcpus && `${number(shape.maxOcpus)} OCPU`
          const facts = [shape?.arch, shape?.alwaysFree && said.free, most].filter(Boolean)
          return (
            <Group gap="xs" justify="space-between" w="100%">
              <span>{option.value}</span>
              <Text size="xs" c="dimmed" component="span">
                {facts.join(' · ')}
              </Text>
            </Group>
          )
        }}
      />
    </Waits>
  )
}

function ImageField() {
  const { draft, patch, error, offer } = useTaskForm()
  const said = words.use()
  const images = offer.data ? imagesFor(offer.data, draft.shape) : []
  return (
    <Waits label={said.image} description={said.imageHint}>
      <Autocomplete
        label={said.image}
        description={said.imageHint}
        data={choicesFor(images, draft.image)}
        filter={({ options }) => options}
        value={draft.image}
        onChange={(image) => patch({ image })}
        error={error('image')}
        spellCheck={false}
        {...OPENS}
      />
    </Waits>
  )
}
