import { Alert, SegmentedControl, Text } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'

import { useAsk } from '../../graphql/asking'
import type { Task } from '../../store/tasks'
import { useMay } from '../../store/viewer'
import { Failed, Waiting } from '../../ui/states'
import { say } from '../../ui/toast'
import { TaskFormProvider, useTaskForm } from './context'
import { GrabTaskCreate, TaskToTake, type Wish } from './documents'
import { NO_SECRETS } from './draft'
import { TaskFields } from './fields'
import { Places } from './fields/places'
import { NewFooter } from './footer'
import { FormDrawer, FormFrame } from './frame'
import { dropKept } from './kept'
import { useNewForm } from './new-form'
import { Presets, SecretsStayed } from './presets'
import { commandLine } from './to-cli'
import { createInput } from './to-input'
import { words } from './words'

/** The drawer of a new task, which begins with the wish of another where `from` names one. */
interface NewTaskProps {
  /** A task whose wish is to be repeated. */
  from?: string | undefined
  tenant?: string | undefined
  onClose(): void
}

export function NewTask({ from, tenant, onClose }: NewTaskProps) {
  const said = words.use()
  const mayOperate = useMay('OPERATE')
  const { data, fault, again } = useAsk(TaskToTake, { id: from ?? '' }, { when: from !== undefined })
  const content = () => {
    if (!mayOperate) return <Text>{said.notAllowed}</Text>
    if (from === undefined)
      return (
        <NewForm
          key={tenant ?? 'new'}
          id={tenant ? `new:${tenant}` : 'new'}
          wish={null}
          tenant={tenant}
          onClose={onClose}
        />
      )
    if (data) return <NewForm key={from} id={`new:${from}`} wish={data.grabTask} onClose={onClose} />
    return fault ? <Failed fault={fault} again={again} /> : <Waiting rows={8} />
  }
  return (
    <FormDrawer title={said.newTitle} onClose={onClose}>
      {content()}
    </FormDrawer>
  )
}

interface Props {
  /** What the draft is kept under. */
  id: string
  wish: Wish | null
  tenant?: string | undefined
  onClose(): void
}

function NewForm({ id, wish, tenant, onClose }: Props) {
  const go = useNavigate()
  const said = words.use()
  const onMade = (made: Task[]) => {
    dropKept(id)
    say(said.made(made.length))
    onClose()
    const [only] = made
    if (only && made.length === 1) void go({ to: '/tasks/$id', params: { id: only.id } })
  }
  const { form, errors, create, saving, presets, tenants, restored, discard } = useNewForm(
    id,
    { wish, tenant },
    onMade,
  )
  const { draft } = form
  const behind = {
    cli: commandLine(draft, true),
    document: GrabTaskCreate as never,
    variables: { input: createInput(draft, NO_SECRETS, true) },
  }
  const footer = <NewFooter create={create} saving={saving} onSaved={presets.again} discard={discard} />
  return (
    <TaskFormProvider value={form}>
      <FormFrame top={<Goal />} behind={behind} onSend={() => void create.send(true)} footer={footer}>
        {restored && (
          <Text size="sm" c="dimmed" role="status">
            {said.restored}
          </Text>
        )}
        {create.made > 0 && (
          <Alert color="yellow" variant="outline" role="status">
            {said.madeSome(create.made)}
          </Alert>
        )}
        <TaskFields errors={errors} fault={create.fault}>
          {draft.goal === 'launch' && <Presets presets={presets} />}
          {(wish?.spec?.hasRootPassword || wish?.spec?.hasUserData) && <SecretsStayed />}
          <Places tenants={tenants} />
        </TaskFields>
      </FormFrame>
    </TaskFormProvider>
  )
}

/** Something new, or a stopped instance. */
function Goal() {
  const { draft, patch } = useTaskForm()
  const said = words.use()
  const ways = [
    { value: 'launch', label: said.launch },
    { value: 'start', label: said.start },
  ]
  return (
    <SegmentedControl
      aria-label={said.goal}
      data={ways}
      value={draft.goal}
      onChange={(goal) => patch({ goal: goal === 'start' ? 'start' : 'launch' })}
    />
  )
}
