import { words } from './language'

/**
 * Shows a form over the page until `admit` takes what was typed, or the reader puts it away. Built by hand: it must work whatever
 * became of the page beneath it.
 */
export function askForToken(admit: (token: string) => Promise<boolean>): Promise<boolean> {
  const dialog = document.createElement('dialog')
  dialog.className = 'sign-in'
  dialog.setAttribute('aria-labelledby', 'sign-in-title')
  const field = input()
  const complaint = element('p', '', { role: 'alert' })
  const form = document.createElement('form')
  form.append(
    element('h1', words.signIn, { id: 'sign-in-title' }),
    element('p', words.explanation),
    labelled(words.token, field),
    complaint,
    element('p', words.kept, { class: 'note' }),
    buttons(() => dialog.close()),
  )
  dialog.append(form)
  document.body.append(dialog)
  dialog.showModal()
  field.focus()
  return new Promise((resolve) => {
    let admitted = false
    form.addEventListener('submit', async (event) => {
      event.preventDefault()
      const complain = await problem(admit, field.value.trim())
      complaint.textContent = complain
      if (complain) return field.select()
      admitted = true
      dialog.close()
    })
    dialog.addEventListener('close', () => {
      dialog.remove()
      resolve(admitted)
    })
  })
}

async function problem(admit: (token: string) => Promise<boolean>, token: string): Promise<string> {
  try {
    return (await admit(token)) ? '' : words.unknown
  } catch {
    return words.unreachable
  }
}

function input(): HTMLInputElement {
  const field = document.createElement('input')
  Object.assign(field, { type: 'password', name: 'token', required: true, autocomplete: 'off' })
  return field
}

function labelled(text: string, field: HTMLElement): HTMLElement {
  const label = element('label', text)
  label.append(field)
  return label
}

function buttons(putAway: () => void): HTMLElement {
  const row = element('p', '', { class: 'buttons' })
  const later = element('button', words.notNow, { type: 'button' })
  later.addEventListener('click', putAway)
  row.append(element('button', words.signIn, { type: 'submit' }), later)
  return row
}

function element(name: string, text: string, attributes: Record<string, string> = {}): HTMLElement {
  const made = document.createElement(name)
  made.textContent = text
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value)
  return made
}
