import { Page } from '../../ui/page'

export function Notifications() {
  return <Page title="Notifications">{null}</Page>
}
