/** A word of a command line as a shell takes it for one, and for nothing else. */
export function quoted(text: string): string {
  return /^[\w.,/:=@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
