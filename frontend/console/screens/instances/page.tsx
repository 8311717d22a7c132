import { Button, Text } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { getRouteApi, Link } from '@tanstack/react-router'

import { useMay } from '../../store/viewer'
import { Page } from '../../ui/page'
import { SearchField } from '../../ui/search-field'
import { Empty, Failed, NoneFits, Waiting } from '../../ui/states'
import { words as common } from '../../ui/words'
import { Cards } from './cards'
import { Detail } from './detail'
import { Grabbed } from './documents'
import { matches } from './facts'
import { useInstances } from './list'
import { Rows } from './rows'
import { words } from './words'

const route = getRouteApi('/instances')

export function Instances() {
  const said = words.use()
  const { q = '', open } = route.useSearch()
  const go = route.useNavigate()
  const { list, complete, read, all, fault, again } = useInstances()
  const narrow = useMediaQuery('(max-width: 860px)', undefined, { getInitialValueInEffect: false })
  const shown = q ? list.filter((one) => matches(one, q)) : list
  const show = (open: string | undefined) =>
    go({ search: (search) => ({ ...search, open }), replace: open === undefined })
  const List = narrow ? Cards : Rows
  return (
    <Page
      title={said.title}
      beside={
        list.length > 0 && (
          <Text c="dimmed" className="figures">
            {said.instances(shown.length)}
          </Text>
        )
      }
      behind={{ cli: 'berth task list -o json', document: Grabbed, variables: { after: null } }}
    >
      <Text size="sm" c="dimmed">
        {said.honest} {complete && read < all && said.cut(read, all)}
      </Text>
      {(q || list.length > 0) && (
        <SearchField
          label={said.filter}
          value={q}
          onValue={(q) => go({ search: (search) => ({ ...search, q: q || undefined }), replace: true })}
        />
      )}
      {fault && <Failed fault={fault} again={again} />}
      {!complete && !fault && list.length === 0 && <Waiting height={44} />}
      {shown.length > 0 && <List list={shown} onOpen={show} />}
      {complete && shown.length === 0 && <Nothing searched={!!q} />}
      {open && (
        <Detail
          found={list.find(({ instance }) => instance.id === open)}
          complete={complete}
          onClose={() => show(undefined)}
        />
      )}
    </Page>
  )
}

function Nothing({ searched }: { searched: boolean }) {
  const said = words.use()
  const { newTask } = common.use()
  const go = route.useNavigate()
  const mayOperate = useMay('OPERATE')
  if (searched)
    return (
      <NoneFits title={said.none} clear={() => go({ search: {} })}>
        {said.noneText}
      </NoneFits>
    )
  return (
    <Empty
      title={said.empty}
      action={
        mayOperate && (
          <Button component={Link} to="/tasks" search={{ new: true } as never}>
            {newTask}
          </Button>
        )
      }
      cli="berth task create --help"
    >
      {said.emptyText}
    </Empty>
  )
}
