import { Stack, Text } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'

import { useAsk } from '../../graphql/asking'
import { TextLink } from '../../ui/link'
import { AccountMark } from '../../ui/mark'
import { Page } from '../../ui/page'
import { Empty, Failed, Waiting } from '../../ui/states'
import { AccountCard } from './account'
import { Commands } from './commands'
import { type TenantOfList, type TenantOfPage, TenantPage } from './documents'
import { LimitsCard } from './limits'
import { useNews } from './news'
import { PaceCard } from './pace'
import { TestResult } from './result'
import { Reason, Slowed } from './row'
import { TasksCard } from './tasks'
import classes from './tenants.module.css'
import { type Test, useTests } from './tests'
import { words } from './words'

const route = getRouteApi('/tenants/$id')

export function TenantDetail() {
  const said = words.use()
  const { id } = route.useParams()
  const { data, fault, again, change } = useAsk(TenantPage, { id })
  useNews({ after: data?.tenants.position, streamId: streamOf(id) }, again)
  const tenant = data?.tenant
  const put = (after: TenantOfList) =>
    change((data) => (data.tenant ? { ...data, tenant: { ...data.tenant, ...after } } : data))

  if (!data)
    return <Page title={said.title}>{fault ? <Failed fault={fault} again={again} /> : <Waiting />}</Page>
  if (!tenant)
    return (
      <Page title={said.title}>
        <Empty title={said.notThere} action={<TextLink to="/tenants">{said.back}</TextLink>}>
          {said.notThereText}
        </Empty>
      </Page>
    )
  return <Known key={id} tenant={tenant} onTenant={put} fault={fault} again={again} />
}

/** As the log calls what happens to it. */
const streamOf = (id: string) => `tenant/${id}`

function Known({
  tenant,
  onTenant,
  fault,
  again,
}: {
  tenant: TenantOfPage
  onTenant: (tenant: TenantOfList) => void
  fault: ReturnType<typeof useAsk>['fault']
  again: () => void
}) {
  const said = words.use()
  const go = route.useNavigate()
  const tests = useTests(onTenant)
  const { id, name, status } = tenant
  const test = tests.of[id]
  return (
    <Page
      title={name}
      beside={<AccountMark status={status} />}
      behind={{ cli: `berth tenant show ${id}`, document: TenantPage, variables: { id } }}
      actions={
        <>
          <TextLink to="/logs" search={{ tenant: id }} size="sm" className={classes.link}>
            {said.logs}
          </TextLink>
          <TextLink to="/events" search={{ stream: streamOf(id) }} size="sm" className={classes.link}>
            {said.events}
          </TextLink>
          <Commands
            tenant={tenant}
            testing={test?.asking ?? false}
            onTest={() => tests.one(id)}
            onTenant={onTenant}
            onDeleted={() => go({ to: '/tenants' })}
          />
        </>
      }
    >
      <News tenant={tenant} test={test} />
      {fault && <Failed fault={fault} again={again} />}
      <div className={classes.columns}>
        <div className={classes.column}>
          <AccountCard tenant={tenant} />
          <LimitsCard id={id} regions={tenant.regions} />
        </div>
        <div className={classes.column}>
          <TasksCard id={id} changed={`${tenant.grabTasks.totalCount} ${tenant.trying.totalCount}`} />
          <PaceCard id={id} />
        </div>
      </div>
      <Text size="sm">
        <TextLink to="/tenants" inherit>
          ← {said.back}
        </TextLink>
      </Text>
    </Page>
  )
}

/** What is wrong or held back, and what the newest test said; nothing where all is well. */
function News({ tenant, test }: { tenant: TenantOfPage; test: Test | undefined }) {
  if (!tenant.statusReason && !tenant.throttledUntil && !test) return null
  return (
    <Stack gap={4} fz="sm">
      {!test?.answer?.providerError && <Reason tenant={tenant} />}
      <Slowed until={tenant.throttledUntil} />
      {test && <TestResult test={test} />}
    </Stack>
  )
}
