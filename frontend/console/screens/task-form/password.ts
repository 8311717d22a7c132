/** Without signs that look alike, or that a shell or a config file would take for its own. */
const SIGNS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789-_'
const LENGTH = 20

export function freshPassword(): string {
  let password = ''
  // Bytes beyond the last whole multiple would make some signs likelier than others.
  const fair = 256 - (256 % SIGNS.length)
  while (password.length < LENGTH) {
    const bytes = crypto.getRandomValues(new Uint8Array(LENGTH)).filter((byte) => byte < fair)
    password += Array.from(bytes, (byte) => SIGNS[byte % SIGNS.length]).join('')
  }
  return password.slice(0, LENGTH)
}
