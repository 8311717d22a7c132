import { Page } from '../../ui/page'

export function Tasks() {
  return <Page title="Tasks">{null}</Page>
}
