import { Page } from '../../ui/page'

export function Statistics() {
  return <Page title="Statistics">{null}</Page>
}
