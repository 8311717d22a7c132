/** Which of the files that somebody dropped is what, and which key is whose. What is right in them the server says; here nothing is checked. */

export interface NamedText {
  name: string
  text: string
}

type Unused = 'publicKey' | 'unknown' | 'large'

export interface Split {
  /** The text of the configuration, if there was one. */
  config: string | undefined
  keys: NamedText[]
  unused: { name: string; why: Unused }[]
}

/** No key and no configuration is as large; what is, was dropped by mistake. */
export const LARGEST = 256 * 1024

const PRIVATE_KEY = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/
const PUBLIC_KEY = /-----BEGIN (?:[A-Z]+ )*PUBLIC KEY-----|^ssh-/
const SECTION = /^\s*\[([^\]\n]+)\]/
const ENTRY = /^\s*(?:user|tenancy|fingerprint|key_file|region)\s*=/m

export function split(files: readonly NamedText[]): Split {
  const configs: string[] = []
  const keys: NamedText[] = []
  const unused: Split['unused'] = []
  for (const file of files) {
    if (file.text.length > LARGEST) unused.push({ name: file.name, why: 'large' })
    else if (PRIVATE_KEY.test(file.text)) keys.push(file)
    else if (PUBLIC_KEY.test(file.text)) unused.push({ name: file.name, why: 'publicKey' })
    else if (ENTRY.test(file.text)) configs.push(file.text.trimEnd())
    else unused.push({ name: file.name, why: 'unknown' })
  }
  return { config: configs.length > 0 ? `${configs.join('\n\n')}\n` : undefined, keys, unused }
}

interface Profile {
  name: string
  /** As the file names it, `~/.oci/key.pem`. */
  keyFile: string | undefined
}

/** The profiles of a configuration, as far as a key can be told whose it is. */
export function profilesOf(config: string): Profile[] {
  const profiles: Profile[] = []
  for (const line of config.split(/\r?\n/)) {
    const name = SECTION.exec(line)?.[1]?.trim()
    if (name) profiles.push({ name, keyFile: undefined })
    const keyFile = /^\s*key_file\s*=\s*(.*?)\s*(?:#.*)?$/.exec(line)?.[1]
    const last = profiles.at(-1)
    if (keyFile && last) last.keyFile = keyFile
  }
  return profiles
}

/**
 * The keys to send. The server finds a key by the file that the profile names, or by the profile's name: so a profile that names no file that
 * was given gets the key that was pasted, or else the one file that no profile names.
 */
export function keysFor(config: string, files: readonly NamedText[], pasted: string): NamedText[] {
  const profiles = profilesOf(config)
  const names = (profile: Profile, file: NamedText) =>
    file.name === profile.name || (!!profile.keyFile && fileName(profile.keyFile) === fileName(file.name))
  const without = profiles.filter((profile) => !files.some((file) => names(profile, file)))
  const strays = files.filter((file) => !profiles.some((profile) => names(profile, file)))
  const spare = pasted.trim() ? `${pasted.trim()}\n` : strays.length === 1 ? strays[0]?.text : undefined
  if (!spare) return [...files]
  return [...files, ...without.map(({ name }) => ({ name, text: spare }))]
}

/** A key of the same name again is the newer one. */
export function withKeys(have: readonly NamedText[], more: readonly NamedText[]): NamedText[] {
  return [...have.filter(({ name }) => !more.some((other) => other.name === name)), ...more]
}

/** On whichever system the file was written. */
const fileName = (path: string) => path.split(/[/\\]/).at(-1) ?? path
