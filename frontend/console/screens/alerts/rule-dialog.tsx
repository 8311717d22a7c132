import { Button, NumberInput, Stack, Switch, Text } from '@mantine/core'
import { useForm } from '@mantine/form'

import { useCommand } from '../../graphql/command'
import { Dialog } from '../../ui/dialog'
import { FormEnd } from '../../ui/form-end'
import { refusalAt } from '../../ui/states'
import { say } from '../../ui/toast'
import { words as common } from '../../ui/words'
import classes from './alerts.module.css'
import { type Rule, RuleAdjust } from './documents'
import { span, useFigure } from './figure'
import { words } from './words'

interface RuleDialogProps {
  rule: Rule
  put: (rule: Rule) => void
  close: () => void
}

export function RuleDialog({ rule, put, close }: RuleDialogProps) {
  return (
    <Dialog onClose={close} title={<span className={classes.title}>{rule.title}</span>}>
      <RuleForm rule={rule} put={put} close={close} />
    </Dialog>
  )
}

const FIELDS = ['threshold', 'lasts', 'enabled']

function RuleForm({ rule, put, close }: RuleDialogProps) {
  const said = words.use()
  const { save } = common.use()
  const { run, ...command } = useCommand(RuleAdjust)
  const { threshold, lasts, enabled } = rule
  const form = useForm({ initialValues: { threshold, lasts, enabled } })
  const submit = form.onSubmit(async (values) => {
    const numbers = { threshold: Number(values.threshold), lasts: Number(values.lasts) }
    const input = { rule: rule.name, expectedVersion: rule.version, ...values, ...numbers }
    const saved = (await run({ input }))?.alertRuleAdjust.rule
    if (!saved) return
    put(saved)
    say(said.adjusted(saved.title))
    close()
  })
  const usual = () =>
    form.setValues({
      threshold: rule.usualThreshold,
      lasts: rule.usualLasts,
      enabled: rule.usualEnabled,
    })
  const field = (name: 'threshold' | 'lasts') => ({
    ...form.getInputProps(name),
    error: refusalAt(command.refusals, name),
    required: true,
    hideControls: true,
    allowNegative: false,
  })
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <NumberInput
          label={said.threshold[rule.side]}
          description={said.unit[rule.unit]}
          data-autofocus
          {...field('threshold')}
        />
        <NumberInput
          label={said.lasts}
          description={said.lastsHint}
          allowDecimal={false}
          {...field('lasts')}
        />
        <Switch
          label={said.watched}
          description={said.watchedHint}
          {...form.getInputProps('enabled', { type: 'checkbox' })}
        />
        <Usual rule={rule} use={usual} />
        <FormEnd command={command} does={save} known={FIELDS} close={close} place="dialog" />
      </Stack>
    </form>
  )
}

/** What holds while nobody adjusts it. */
function Usual({ rule, use }: { rule: Rule; use: () => void }) {
  const said = words.use()
  const figure = useFigure()
  const limit = said.limit[rule.side](figure(rule.usualThreshold, rule.unit))
  return (
    <Text size="sm" c="dimmed" component="div">
      {said.usual(limit, span(rule.usualLasts), rule.usualEnabled)}{' '}
      <Button size="compact-xs" variant="default" onClick={use}>
        {said.useUsual}
      </Button>
    </Text>
  )
}
