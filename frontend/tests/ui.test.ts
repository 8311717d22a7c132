import { expect, test } from 'vitest'

import { quoted } from '../console/ui/command-line'
import { freshPassword } from '../console/ui/fresh-password'
import { sshOf } from '../console/ui/ssh'

test('a word of a command line is quoted where a shell would stumble', () => {
  for (const plain of ['web-1', 'a.b,c', 'grab/grab_01', '+08:00', 'me@host=1'])
    expect(quoted(plain)).toBe(plain)
  expect(quoted('grab.*')).toBe("'grab.*'")
  expect(quoted('东京 ARM')).toBe("'东京 ARM'")
  expect(quoted("it's $HOME")).toBe(`'it'\\''s $HOME'`)
  expect(quoted('')).toBe("''")
})

test('a suggested password is one that the server takes, and new each time', () => {
  const made = new Set(Array.from({ length: 200 }, () => freshPassword()))
  expect(made.size).toBe(200)
  for (const password of made) expect(password).toMatch(/^(?=.*[A-Z])(?=.*\d)[A-Za-z2-9]{20}$/)
  // All small letters, and then what is taken.
  const draws = [Array(40).fill(0), Array.from({ length: 20 }, (_, at) => 40 + at)]
  expect(freshPassword(() => draws.shift() ?? [])).toMatch(/\d/)
})

test('one gets in as whom the image knows, and by a password alone as root', () => {
  const login = (image: string, hasRootPassword = false, sshKeys = ['ssh-ed25519 AAAA']) =>
    sshOf('198.18.0.1', { image, hasRootPassword, sshKeys })
  expect(login('Canonical Ubuntu 24.04')).toBe('ssh ubuntu@198.18.0.1')
  expect(login('Oracle Linux 9')).toBe('ssh opc@198.18.0.1')
  expect(login('CentOS 7')).toBe('ssh opc@198.18.0.1')
  expect(login('Canonical Ubuntu 24.04', true)).toBe('ssh ubuntu@198.18.0.1')
  expect(login('Canonical Ubuntu 24.04', true, [])).toBe('ssh root@198.18.0.1')
  expect(login('ocid1.image.oc1..aaaa')).toBe('ssh 198.18.0.1')
  expect(sshOf('198.18.0.1', null)).toBe('ssh 198.18.0.1')
})
