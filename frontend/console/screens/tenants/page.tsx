import { Button, Group, Progress, Text } from '@mantine/core'
import { IconFileImport } from '@tabler/icons-react'
import { getRouteApi } from '@tanstack/react-router'

import { useAsk } from '../../graphql/asking'
import { useMay } from '../../store/viewer'
import { Page } from '../../ui/page'
import { SearchField } from '../../ui/search-field'
import { Empty, Failed, NoneFits, Waiting } from '../../ui/states'
import { TenantList, type TenantOfList } from './documents'
import { Import } from './import/drawer'
import { useNews } from './news'
import { Row } from './row'
import classes from './tenants.module.css'
import { type Tests, useTests } from './tests'
import { words } from './words'

const route = getRouteApi('/tenants')

export function Tenants() {
  const said = words.use()
  const { q, import: importing } = route.useSearch()
  const go = route.useNavigate()
  const mayAdminister = useMay('ADMINISTER')
  const variables = { search: q ?? null }
  const { data, fault, again, change } = useAsk(TenantList, variables)
  const put = (tenant: TenantOfList) => change((data) => withTenant(data, tenant))
  const tests = useTests(put)
  useNews({ after: data?.tenants.position }, again)
  const list = data?.tenants.nodes ?? []
  const openImport = (open: boolean) =>
    go({ search: (search) => ({ ...search, import: open || undefined }), replace: !open })

  return (
    <Page
      title={said.title}
      beside={
        data && (
          <Text c="dimmed" className="figures">
            {data.tenants.totalCount}
          </Text>
        )
      }
      behind={{ cli: 'berth tenant list', document: TenantList, variables }}
      actions={<Actions list={list} tests={tests} onImport={mayAdminister && (() => openImport(true))} />}
    >
      {(q || !data || list.length > 1) && (
        <SearchField
          label={said.filter}
          value={q ?? ''}
          onValue={(q) => go({ search: (search) => ({ ...search, q: q || undefined }), replace: true })}
        />
      )}
      <Round tests={tests} />
      {fault && <Failed fault={fault} again={again} />}
      {!data && !fault && <Waiting height={72} />}
      {data && list.length === 0 && (
        <Nothing searched={!!q} onImport={mayAdminister && (() => openImport(true))} />
      )}
      <ul className={classes.list}>
        {list.map((tenant) => (
          <Row
            key={tenant.id}
            tenant={tenant}
            tests={tests}
            onTenant={put}
            onDeleted={() => change((data) => withoutTenant(data, tenant.id))}
          />
        ))}
      </ul>
      {data && data.tenants.totalCount > list.length && (
        <Text size="sm" c="dimmed">
          {said.shown(list.length, data.tenants.totalCount)}
        </Text>
      )}
      {mayAdminister && importing && <Import onClose={() => openImport(false)} onImported={again} />}
    </Page>
  )
}

interface ActionsProps {
  list: readonly TenantOfList[]
  tests: Tests
  onImport: false | (() => void)
}

function Actions({ list, tests, onImport }: ActionsProps) {
  const said = words.use()
  const mayOperate = useMay('OPERATE')
  return (
    <>
      {mayOperate && list.length > 1 && (
        <Button variant="default" onClick={() => tests.each(testable(list))} disabled={!!tests.round}>
          {said.testAll}
        </Button>
      )}
      {onImport && (
        <Button leftSection={<IconFileImport size={18} />} onClick={onImport}>
          {said.import}
        </Button>
      )}
    </>
  )
}

/** What is switched off does not call. */
const testable = (list: readonly TenantOfList[]) =>
  list.filter(({ status }) => status !== 'DISABLED').map(({ id }) => id)

type Listed = { tenants: { nodes: TenantOfList[] } }

function withTenant<Data extends Listed>(data: Data, tenant: TenantOfList): Data {
  const nodes = data.tenants.nodes.map((old) =>
    old.id === tenant.id && BigInt(tenant.position) >= BigInt(old.position) ? tenant : old,
  )
  return { ...data, tenants: { ...data.tenants, nodes } }
}

/** Gone at once; the lists of the server may take a moment. */
function withoutTenant<Data extends Listed>(data: Data, id: string): Data {
  const nodes = data.tenants.nodes.filter((tenant) => tenant.id !== id)
  return { ...data, tenants: { ...data.tenants, nodes } }
}

function Round({ tests: { round, stop } }: { tests: Tests }) {
  const said = words.use()
  if (!round) return null
  return (
    <Group gap="sm" wrap="nowrap">
      <Progress
        value={(100 * round.done) / round.of}
        aria-label={said.testing(round.done, round.of)}
        style={{ flex: 1 }}
      />
      <Text size="sm" className="figures">
        {said.testing(round.done, round.of)}
      </Text>
      <Button size="xs" variant="default" onClick={stop}>
        {said.stop}
      </Button>
    </Group>
  )
}

function Nothing({ searched, onImport }: { searched: boolean; onImport: false | (() => void) }) {
  const said = words.use()
  const go = route.useNavigate()
  if (searched)
    return (
      <NoneFits title={said.none} clear={() => go({ search: {} })}>
        {said.noneText}
      </NoneFits>
    )
  return (
    <Empty
      title={said.empty}
      action={onImport && <Button onClick={onImport}>{said.import}</Button>}
      cli={onImport ? 'berth tenant import ~/.oci/config' : undefined}
    >
      {said.emptyText} {!onImport && said.emptyForReaders}
    </Empty>
  )
}
