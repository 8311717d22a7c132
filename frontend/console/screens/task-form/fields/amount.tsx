import { NumberInput, type NumberInputProps } from '@mantine/core'

import { useTaskForm } from '../context'
import type { Amount } from '../draft'

/** The draft's fields that hold a number. */
type Field = 'bootVolumeGb' | 'vpusPerGb' | 'count' | 'interval' | 'jitterPercent' | 'maxAttempts'

/** A number of the draft. Which ones will do, the server says. */
export function AmountField({
  field,
  ...more
}: { field: Field } & Omit<NumberInputProps, 'value' | 'onChange'>) {
  const { draft, patch, error } = useTaskForm()
  return (
    <AmountInput
      allowDecimal={false}
      {...more}
      value={draft[field]}
      onChange={(amount) => patch({ [field]: amount })}
      error={error(field)}
    />
  )
}

export function AmountInput({
  onChange,
  ...more
}: { onChange: (amount: Amount) => void } & Omit<NumberInputProps, 'onChange'>) {
  return (
    <NumberInput
      min={0}
      hideControls
      allowNegative={false}
      {...more}
      onChange={(said) => onChange(said === '' || Number.isNaN(Number(said)) ? '' : Number(said))}
    />
  )
}
