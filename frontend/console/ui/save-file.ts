/** Long enough for the browser to have begun. */
const KEPT_MS = 10_000

/** Has the browser save what the page holds, as if a link to it had been followed. */
export function saveFile(name: string, blob: Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS)
}
