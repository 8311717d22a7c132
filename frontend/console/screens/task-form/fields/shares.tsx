import { ActionIcon, Group, Text } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'

import { useAsk } from '../../../graphql/asking'
import { enums } from '../../../i18n/enums'
import { useFormat } from '../../../i18n/format'
import { When } from '../../../ui/when'
import { limitsOf, type Share, sharesOf } from '../allowance'
import { useTaskForm } from '../context'
import { FreeOf, type LaunchOptions } from '../documents'
import { words } from '../words'
import classes from './fields.module.css'

/** What costs nothing and what is allowed, beside what is wished for. It warns; the server and the cloud decide. */
export function Shares({ offered, refresh }: { offered: LaunchOptions; refresh: () => void }) {
  const { draft, tenant } = useTaskForm()
  const said = words.use()
  // Asked once the options are there: what is used of the allowance was read along with them.
  const { data } = useAsk(
    FreeOf,
    { id: tenant?.id ?? '', region: offered.region },
    { when: tenant !== undefined },
  )
  const shape = offered.shapes.find(({ name }) => name === draft.shape)
  const machines = (draft.count || 1) * (draft.eachRegion ? Math.max(1, draft.regions.length) : 1)
  const shares = sharesOf(data?.tenant?.alwaysFree ?? [], shape, draft, machines)
  const limits = limitsOf(offered.quota.limits, draft.shape)
  if (!tenant || shares.length + limits.length === 0) return null
  return (
    <div className="card">
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="sm" fw={600}>
          {said.freeOf(tenant.name)}
        </Text>
        <Group gap={4} wrap="nowrap">
          <Text size="xs" c="dimmed">
            <When at={offered.fetchedAt} />
          </Text>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={said.refresh}
            title={said.refresh}
            onClick={refresh}
          >
            <IconRefresh size={14} />
          </ActionIcon>
        </Group>
      </Group>
      <dl className={classes.shares}>
        {shares.map((share) => (
          <ShareLine key={share.resource} share={share} />
        ))}
      </dl>
      {limits.length > 0 && <Limits limits={limits} />}
    </div>
  )
}

function ShareLine({ share: { resource, unit, allowance, used, wanted, beyond } }: { share: Share }) {
  const said = words.use()
  const { free } = enums.use()
  const { number } = useFormat()
  // Instances are counted, and the word for it is the label’s.
  const measured = (amount: number) => (unit === 'instances' ? number(amount) : `${number(amount)} ${unit}`)
  return (
    <>
      <dt>{free[resource]}</dt>
      <dd className="figures">
        {said.share(measured(allowance), used === null ? undefined : number(used))}
        {beyond && <span className={classes.beyond}> ⚠ {said.beyond(measured(wanted))}</span>}
      </dd>
    </>
  )
}

function Limits({ limits }: { limits: LaunchOptions['quota']['limits'] }) {
  const { tenant } = useTaskForm()
  const said = words.use()
  const { number } = useFormat()
  return (
    <>
      <Text size="sm" fw={600} mt="xs">
        {said.quotaOf(tenant?.name ?? '')}
      </Text>
      <dl className={classes.shares}>
        {limits.map(({ name, availabilityDomain, total, used }) => (
          <div key={`${name} ${availabilityDomain}`} style={{ display: 'contents' }}>
            <dt className="mono" style={{ wordBreak: 'break-word' }}>
              {[name, availabilityDomain].filter(Boolean).join(' · ')}
            </dt>
            <dd className="figures">{said.leftOf(number(total - used), number(total))}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}
