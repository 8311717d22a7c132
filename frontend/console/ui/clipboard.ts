/** Copies also over plain HTTP, where the browser has no clipboard to offer. Says whether it did. */
export async function copy(text: string): Promise<boolean> {
  if (window.isSecureContext && navigator.clipboard) {
    const copied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    )
    if (copied) return true
  }
  const field = document.createElement('textarea')
  field.value = text
  field.readOnly = true
  field.style.cssText = 'position:fixed;inset:0 auto auto -100vw'
  // Within a dialog that holds the focus nothing outside of it can be selected.
  const home = document.activeElement?.closest('[role=dialog]') ?? document.body
  home.append(field)
  field.select()
  try {
    return document.execCommand('copy')
  } finally {
    field.remove()
  }
}
