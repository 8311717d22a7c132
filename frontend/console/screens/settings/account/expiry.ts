/** How long a new token is good: so many days, or for ever. */
export const EXPIRIES = ['30', '90', '365', 'never'] as const
export type Expiry = (typeof EXPIRIES)[number]

const DAY = 86_400_000

export function expiresAt(expiry: Expiry, now: number): string | undefined {
  return expiry === 'never' ? undefined : new Date(now + Number(expiry) * DAY).toISOString()
}
