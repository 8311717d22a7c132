import { expect, test } from 'vitest'

import { keysFor, LARGEST, profilesOf, split, withKeys } from '../console/screens/tenants/import/split'

const CONFIG = `[DEFAULT]
user=ocid1.user.oc1..a
fingerprint=12:34
tenancy=ocid1.tenancy.oc1..a
region=ap-tokyo-1
key_file=~/.oci/tokyo.pem # TODO

[seoul]
user=ocid1.user.oc1..b
key_file = C:\\keys\\seoul.pem
`
const KEY = '-----BEGIN PRIVATE KEY-----\nMII…\n-----END PRIVATE KEY-----\nOCI_API_KEY\n'
const OTHER = '-----BEGIN RSA PRIVATE KEY-----\nMIJ…\n-----END RSA PRIVATE KEY-----\n'

test('dropped files are told apart by what is in them, whatever they are called', () => {
  const dropped = [
    { name: 'a.txt', text: KEY },
    { name: 'config', text: CONFIG },
    { name: 'b.pem', text: OTHER },
    { name: 'locked.pem', text: '-----BEGIN ENCRYPTED PRIVATE KEY-----\n' },
    { name: 'a_public.pem', text: '-----BEGIN PUBLIC KEY-----\n' },
    { name: 'id.pub', text: 'ssh-ed25519 AAAA me' },
    { name: 'photo.jpg', text: '\u0000\u0001' },
    { name: 'huge.pem', text: KEY + ' '.repeat(LARGEST) },
  ]
  const { config, keys, unused } = split(dropped)
  expect(config).toBe(CONFIG)
  expect(keys.map(({ name }) => name)).toEqual(['a.txt', 'b.pem', 'locked.pem'])
  expect(unused).toEqual([
    { name: 'a_public.pem', why: 'publicKey' },
    { name: 'id.pub', why: 'publicKey' },
    { name: 'photo.jpg', why: 'unknown' },
    { name: 'huge.pem', why: 'large' },
  ])
})

test('keys alone leave the configuration as it was, and several configurations become one', () => {
  expect(split([{ name: 'k.pem', text: KEY }]).config).toBeUndefined()
  const two = split([
    { name: 'one', text: '[A]\nuser=x' },
    { name: 'two', text: '[B]\nuser=y\n' },
  ])
  expect(two.config).toBe('[A]\nuser=x\n\n[B]\nuser=y\n')
})

test('a profile names its key file, on whichever system the file was written', () => {
  expect(profilesOf(CONFIG)).toEqual([
    { name: 'DEFAULT', keyFile: '~/.oci/tokyo.pem' },
    { name: 'seoul', keyFile: 'C:\\keys\\seoul.pem' },
  ])
  expect(profilesOf('key_file=lost\r\n[A]\r\nkey_file=a.pem\r\n')).toEqual([{ name: 'A', keyFile: 'a.pem' }])
  expect(profilesOf('')).toEqual([])
})

test('files that profiles name are sent as they are', () => {
  const files = [
    { name: 'tokyo.pem', text: KEY },
    { name: 'seoul.pem', text: OTHER },
  ]
  expect(keysFor(CONFIG, files, '')).toEqual(files)
})

test('a pasted key is for every profile without one', () => {
  expect(keysFor(CONFIG, [], KEY)).toEqual([
    { name: 'DEFAULT', text: KEY },
    { name: 'seoul', text: KEY },
  ])
  const seoul = { name: 'seoul.pem', text: OTHER }
  expect(keysFor(CONFIG, [seoul], ` ${KEY}\n`)).toEqual([seoul, { name: 'DEFAULT', text: KEY }])
})

test('one file that no profile names is the key of those without, but two are nobody’s', () => {
  const stray = { name: 'owner@me.pem', text: KEY }
  const seoul = { name: 'seoul.pem', text: OTHER }
  expect(keysFor(CONFIG, [stray, seoul], '')).toEqual([stray, seoul, { name: 'DEFAULT', text: KEY }])
  const another = { name: 'another.pem', text: OTHER }
  expect(keysFor(CONFIG, [stray, another], '')).toEqual([stray, another])
})

test('a key that is dropped again takes the place of the older one', () => {
  const have = [
    { name: 'a', text: 'old' },
    { name: 'b', text: 'b' },
  ]
  expect(withKeys(have, [{ name: 'a', text: 'new' }])).toEqual([
    { name: 'b', text: 'b' },
    { name: 'a', text: 'new' },
  ])
})
