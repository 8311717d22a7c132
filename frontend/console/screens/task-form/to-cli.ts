/** The command that does the same. Secrets are never in it: the command line takes them from files. */

import { offsetText } from '../../i18n/clock'
import { quoted } from '../../ui/command-line'
import { type Draft, NO_SECRETS } from './draft'
import { createInput } from './to-input'

type Flag = [string, unknown]

export function commandLine(draft: Draft, start: boolean): string {
  const { spec, schedule, startInstance, regions } = createInput(draft, NO_SECRETS, start)
  const said: Flag[] = [
    ...draft.tenantIds.map((id): Flag => ['tenant', id]),
    ['name', draft.name.trim()],
    ['profile', draft.profileId],
    ['start-instance', startInstance?.instance],
    ['shape', spec?.shape],
    ...(spec?.sizes ?? []).map(({ ocpus, memoryGb }): Flag => ['size', `${ocpus}/${memoryGb}`]),
    ['image', spec?.image],
    ['disk', spec?.bootVolumeGb],
    ['vpus', spec?.vpusPerGb || undefined],
    ...(regions ?? []).map((region): Flag => ['each-region', region]),
    ...(spec?.regions ?? []).map((region): Flag => ['region', region]),
    ['region', startInstance?.region],
    ...(spec?.availabilityDomains ?? []).map((name): Flag => ['ad', name]),
    ['subnet', spec?.subnet],
    ['public-ip', spec?.publicIpv4 === false ? 'false' : undefined],
    ['ipv6', spec?.ipv6 ? 'true' : undefined],
    ['count', spec?.count === 1 ? undefined : spec?.count],
    ...(spec?.tags ?? []).map(({ name, value }): Flag => ['tag', `${name}=${value}`]),
    ...(spec?.sshKeys ?? []).map((key): Flag => ['ssh-key', key]),
    ['interval', schedule?.interval],
    ['jitter', schedule?.jitterPercent],
    ['max-attempts', schedule?.maxAttempts || undefined],
    ['start-at', schedule?.startAt],
    ['stop-at', schedule?.deadline],
    ...windowFlags(draft),
  ]
  const flags = said
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => `--${name} ${quoted(String(value))}`)
  return ['berth task create', ...flags, ...(start ? [] : ['--no-start'])].join(' ')
}

function windowFlags({ windows, cronWindows, utcOffsetMinutes }: Draft): Flag[] {
  if (windows.length + cronWindows.length === 0) return []
  const days = (days: readonly string[]) => days.map((day) => day.slice(0, 3).toLowerCase()).join(',')
  return [
    ...windows.map((window): Flag => {
      const to = window.to === '00:00' ? '24:00' : window.to
      return ['window', `${days(window.days)} ${window.from}-${to}`.trim()]
    }),
    ...cronWindows.map(({ cron, minutes }): Flag => ['cron-window', `${cron} for ${minutes}m`]),
    ['utc-offset', offsetText(utcOffsetMinutes)],
  ]
}
