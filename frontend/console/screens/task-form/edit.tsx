import { Alert, Button, Stack, Text } from '@mantine/core'

import { useAsk } from '../../graphql/asking'
import { useTask } from '../../store/tasks'
import { useMay } from '../../store/viewer'
import { Copyable } from '../../ui/copy'
import { Empty, Failed, Waiting } from '../../ui/states'
import { words as common } from '../../ui/words'
import { TaskFormProvider } from './context'
import { GrabTaskUpdate, TaskToTake, type Wish } from './documents'
import { NO_SECRETS } from './draft'
import { type Editing, useEditForm } from './edit-form'
import { TaskFields } from './fields'
import { EditPlaces } from './fields/edit-places'
import { FormDrawer, FormFrame } from './frame'
import classes from './frame.module.css'
import { updateInput } from './to-input'
import { words } from './words'

/** The drawer in which a task is changed: what it wants, and when it tries. */
export function EditTask({ id, onClose }: { id: string; onClose: () => void }) {
  const said = words.use()
  const mayOperate = useMay('OPERATE')
  const { data, fault, again } = useAsk(TaskToTake, { id }, { when: mayOperate })
  const content = () => {
    if (!mayOperate) return <Text>{said.notAllowed}</Text>
    if (data?.grabTask) return <EditForm key={id} wish={data.grabTask} onClose={onClose} />
    if (data) return <Empty title={said.notThere} />
    return fault ? <Failed fault={fault} again={again} /> : <Waiting rows={8} />
  }
  return (
    <FormDrawer title={said.editTitle} onClose={onClose}>
      {content()}
    </FormDrawer>
  )
}

function EditForm({ wish, onClose }: { wish: Wish; onClose: () => void }) {
  const editing = useEditForm(wish, onClose)
  const said = words.use()
  const allowed = (useTask(wish.id) ?? wish).allowedActions.includes('UPDATE')
  const { form, base, errors, save, fault, changed } = editing
  const behind = {
    cli: `berth task update ${wish.id}`,
    document: GrabTaskUpdate as never,
    variables: { input: { taskId: wish.id, ...updateInput(base, form.draft, NO_SECRETS) } },
  }
  const onSend = allowed && changed ? save : undefined
  return (
    <TaskFormProvider value={form}>
      <FormFrame
        top={<Copyable text={wish.id} />}
        behind={behind}
        onSend={onSend && (() => void onSend())}
        footer={<EditFooter editing={editing} allowed={allowed} />}
      >
        {!allowed && (
          <Alert color="yellow" variant="outline" role="status">
            {said.notNow}
          </Alert>
        )}
        <Conflict editing={editing} />
        <TaskFields errors={errors} fault={fault}>
          <EditPlaces tenant={wish.tenant.name} />
        </TaskFields>
      </FormFrame>
    </TaskFormProvider>
  )
}

/** Somebody was faster. What was typed here is not lost, and neither is what they did. */
function Conflict({ editing: { conflict, takeNewer } }: { editing: Editing }) {
  const said = words.use()
  if (!conflict) return null
  return (
    <Alert color="red" variant="outline" role="alert" title={said.conflict}>
      <Stack gap="xs" align="start">
        {conflict.said && <Text size="sm">{conflict.said}</Text>}
        <Button size="xs" variant="default" onClick={takeNewer}>
          {said.takeNewer}
        </Button>
      </Stack>
    </Alert>
  )
}

function EditFooter({ editing, allowed }: { editing: Editing; allowed: boolean }) {
  const { busy, changed, discard, save } = editing
  const said = words.use()
  const { save: saveLabel } = common.use()
  return (
    <div className={classes.actions}>
      {changed ? (
        <Button variant="subtle" color="gray" className={classes.quiet} onClick={discard}>
          {said.discard}
        </Button>
      ) : (
        <Text size="sm" c="dimmed">
          {said.unchanged}
        </Text>
      )}
      <span className={classes.spring} />
      {allowed && (
        <Button loading={busy} disabled={!changed} title="⌘↵ / Ctrl+↵" onClick={() => void save()}>
          {saveLabel}
        </Button>
      )}
    </div>
  )
}
