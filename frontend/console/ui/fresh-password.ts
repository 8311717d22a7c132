/** Letters and digits that are not taken for one another when read out, and that no shell or config file takes for its own. */
const SIGNS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const LENGTH = 20

const chance = (length: number): Iterable<number> => crypto.getRandomValues(new Uint8Array(length))

/** A password that the server takes: one that happens to lack a digit or a capital is drawn anew. */
export function freshPassword(draw = chance): string {
  for (;;) {
    // Bytes of the last, incomplete round would make some signs come up more often.
    const bytes = [...draw(LENGTH * 2)].filter((byte) => byte < 256 - (256 % SIGNS.length))
    const signs = bytes.slice(0, LENGTH).map((byte) => SIGNS[byte % SIGNS.length])
    const password = signs.join('')
    if (signs.length === LENGTH && /[A-Z]/.test(password) && /\d/.test(password)) return password
  }
}
