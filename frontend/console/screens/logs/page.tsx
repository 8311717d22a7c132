import { Page } from '../../ui/page'

export function Logs() {
  return <Page title="Logs">{null}</Page>
}
