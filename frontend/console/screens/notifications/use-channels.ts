import { useAsk } from '../../graphql/asking'
import { type Channel, Channels } from './documents'

export function useChannels() {
  const { data, fault, again, change } = useAsk(Channels, {})
  const put = (saved: Channel) =>
    change(({ notificationChannels: channels }) => ({ notificationChannels: withRow(channels, saved) }))
  const drop = (id: string) =>
    change(({ notificationChannels: channels }) => ({
      notificationChannels: channels.filter((channel) => channel.id !== id),
    }))
  return { channels: data?.notificationChannels, fault, again, put, drop }
}

/** In its place, or by its name among the others. */
function withRow(channels: Channel[], saved: Channel): Channel[] {
  const rest = channels.filter(({ id }) => id !== saved.id)
  return [...rest, saved].sort((a, b) => a.name.localeCompare(b.name))
}
