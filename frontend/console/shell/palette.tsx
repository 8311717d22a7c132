/** ⌘K: go anywhere, find a task or tenant by name, run what can be run. */
import { Spotlight, type SpotlightActionData } from '@mantine/spotlight'
import { IconPlus, IconSearch, IconUpload } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'

import { ask } from '../graphql/asking'
import { graphql } from '../graphql/graphql'
import { enums } from '../i18n/enums'
import { useMay } from '../store/viewer'
import { words as common } from '../ui/words'
import { PLACES } from './places'
import { words } from './words'

const Find = graphql(`
  query Find($text: String!) {
    grabTasks(first: 6, filter: { search: $text }) { nodes { id name state } }
    tenants(first: 4, filter: { search: $text }) { nodes { id name } }
  }
`)

export function Palette() {
  const said = words.use()
  const { newTask } = common.use()
  const mayOperate = useMay('OPERATE')
  const mayAdminister = useMay('ADMINISTER')
  const go = useNavigate()
  const [text, setText] = useState('')
  const places: SpotlightActionData[] = PLACES.map(({ to, word, icon: Icon, keys }) => ({
    id: to,
    label: said[word],
    description: keys,
    leftSection: <Icon size={18} />,
    onClick: () => void go({ to }),
  }))
  const commands = [
    mayOperate && {
      id: 'new',
      label: newTask,
      leftSection: <IconPlus size={18} />,
      onClick: () => void go({ to: '/tasks', search: { new: true } as never }),
    },
    mayAdminister && {
      id: 'import',
      label: said.importTenant,
      leftSection: <IconUpload size={18} />,
      onClick: () => void go({ to: '/tenants', search: { import: true } as never }),
    },
  ].filter((command) => command !== false)
  return (
    <Spotlight
      query={text}
      onQueryChange={setText}
      actions={[...places, ...commands, ...useFound(text)]}
      nothingFound={said.nothingFound}
      shortcut={['mod + K']}
      highlightQuery
      limit={16}
      searchProps={{
        leftSection: <IconSearch size={18} />,
        placeholder: said.search,
        'aria-label': said.search,
      }}
    />
  )
}

function useFound(text: string): SpotlightActionData[] {
  const go = useNavigate()
  const { state } = enums.use()
  const [found, setFound] = useState<SpotlightActionData[]>([])
  useEffect(() => {
    if (text.trim().length < 2) return setFound([])
    let here = true
    const timer = setTimeout(async () => {
      const told = await ask(Find, { text: text.trim() }).catch(() => undefined)
      if (!here || !told) return
      setFound([
        ...told.grabTasks.nodes.map((task) => ({
          id: task.id,
          label: task.name,
          description: state[task.state],
          onClick: () => void go({ to: '/tasks/$id', params: { id: task.id } }),
        })),
        ...told.tenants.nodes.map((tenant) => ({
          id: tenant.id,
          label: tenant.name,
          onClick: () => void go({ to: '/tenants/$id', params: { id: tenant.id } }),
        })),
      ])
    }, 150)
    return () => {
      here = false
      clearTimeout(timer)
    }
  }, [text, state, go])
  return found
}
