import { Text, Title } from '@mantine/core'

import { useFormat } from '../../i18n/format'
import { Copyable, shortened } from '../../ui/copy'
import { Fact, Facts } from '../../ui/facts'
import { When } from '../../ui/when'
import type { TenantOfPage } from './documents'
import { words } from './words'

/** What the account is. The key itself is never shown. */
export function AccountCard({ tenant }: { tenant: TenantOfPage }) {
  const said = words.use()
  const format = useFormat()
  return (
    <section className="card">
      <Title order={2} size="h5" mb="xs">
        {said.account}
      </Title>
      <Facts>
        <Fact name={said.lastChecked}>
          {tenant.lastCheckedAt ? <When at={tenant.lastCheckedAt} /> : said.neverChecked}
        </Fact>
        <Fact name={said.regions}>
          {tenant.regions.map(({ code, home }) => (
            <div key={code}>
              {code}
              {home && (
                <Text span size="sm" c="dimmed">
                  {' '}
                  {said.home}
                </Text>
              )}
            </div>
          ))}
        </Fact>
        <Fact name={said.tenancy}>
          <Copyable text={tenant.tenancyOcid}>{shortened(tenant.tenancyOcid)}</Copyable>
        </Fact>
        <Fact name={said.user}>
          <Copyable text={tenant.userOcid}>{shortened(tenant.userOcid)}</Copyable>
        </Fact>
        <Fact name={said.fingerprint}>
          <Copyable text={tenant.fingerprint} />
        </Fact>
        <Fact name={said.proxy}>
          {tenant.proxyMasked ? <Copyable text={tenant.proxyMasked} /> : said.straight}
        </Fact>
        <Fact name={said.created}>
          <time dateTime={tenant.createdAt} title={format.exact(tenant.createdAt)}>
            {format.day(tenant.createdAt)}
          </time>
        </Fact>
        <Fact name="ID">
          <Copyable text={tenant.id} />
        </Fact>
      </Facts>
    </section>
  )
}
