import { Page } from '../../ui/page'

export function Instances() {
  return <Page title="Instances">{null}</Page>
}
