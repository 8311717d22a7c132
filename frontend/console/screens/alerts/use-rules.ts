import { useAsk } from '../../graphql/asking'
import { type Rule, Rules } from './documents'

/** The rules as they hold now. A rule is asked for again when an alert changes: `again` is for whoever hears of that. */
export function useRules() {
  const { data, fault, again, change } = useAsk(Rules, {})
  const put = (rule: Rule) =>
    change(({ alertRules }) => ({
      alertRules: alertRules.map((known) => (known.name === rule.name ? rule : known)),
    }))
  return { rules: data?.alertRules, fault, again, put }
}
