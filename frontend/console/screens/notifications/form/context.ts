/** The form of a channel, for its fields. */
import type { UseFormReturnType } from '@mantine/form'
import { createContext, useContext } from 'react'

import type { Refusal } from '../../../graphql/command'
import { pathOf, refusalAt } from '../../../ui/states'
import type { Channel } from '../documents'
import type { Draft } from './draft'

export interface ChannelForm {
  form: UseFormReturnType<Draft>
  /** What is kept of the same kind: secrets of another are forgotten by saving. */
  kept: Channel['config'] | undefined
  /** What the server refused, of saving or of trying. */
  refusals: Refusal[]
}

const Context = createContext<ChannelForm | undefined>(undefined)

export const ChannelFormProvider = Context.Provider

export function useChannelForm(): ChannelForm {
  const form = useContext(Context)
  if (!form) throw new Error('a field of the channel form is outside of it')
  return form
}

/** What an input is given. `path` is of the draft; what the server says of a way to reach somebody it says below `config`. */
export function useField() {
  const { form, refusals } = useChannelForm()
  const error = (path: string) => refusalAt(refusals, path) ?? refusalAt(refusals, `config.${path}`)
  return {
    error,
    field: (path: string) => ({ ...form.getInputProps(path), error: error(path) }),
    check: (path: string) => form.getInputProps(path, { type: 'checkbox' }),
  }
}

/** What was refused of a list, or of one of its items. */
export function refusedWithin(refusals: Refusal[], path: string): string | undefined {
  const said = refusals.filter(({ field }) => `${pathOf(field)}.`.startsWith(`${path}.`))
  return said.length > 0 ? said.map(({ message }) => message).join(' ') : undefined
}

/** Whether a field shows what was refused of it. */
export const isShown = (path: string) =>
  /^(name|topics|rules\.(atLeast|tenantIds|quietHours|utcOffsetMinutes|language)|config\.\w+)(\.|$)/.test(
    path,
  )
