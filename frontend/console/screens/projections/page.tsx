import { Page } from '../../ui/page'

export function Projections() {
  return <Page title="Projections">{null}</Page>
}
