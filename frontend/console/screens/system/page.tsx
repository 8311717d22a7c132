import { Page } from '../../ui/page'

export function System() {
  return <Page title="System">{null}</Page>
}
