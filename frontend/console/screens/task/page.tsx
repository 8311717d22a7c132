import { Page } from '../../ui/page'

export function TaskDetail() {
  return <Page title="TaskDetail">{null}</Page>
}
