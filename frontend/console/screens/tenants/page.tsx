import { Page } from '../../ui/page'

export function Tenants() {
  return <Page title="Tenants">{null}</Page>
}
