import { Page } from '../../ui/page'

export function TenantDetail() {
  return <Page title="TenantDetail">{null}</Page>
}
