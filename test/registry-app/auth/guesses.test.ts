import { describe, test } from 'vitest'
import { loadConfig } from '../../../registry-app/src/config/load-config.ts'
import { locator } from '../../../registry-app/src/http/locate.ts'
import { trustedProxies } from '../../../registry-app/src/http/trusted-proxies.ts'
import { createLog } from '../../../registry-app/src/ops/log.ts'
import { openAuth } from '../../../registry-app/src/wiring/open-auth.ts'
import { type Expected, expectAnswer } from '../http/support/expect-answer.ts'
import { type Call, trialServer } from '../http/support/trial-server.ts'
import { trial } from '../support/registry.ts'
import { basic } from './support/checks.ts'

/*
 * What `attempts.test.ts` says of the count, as whoever asks by HTTP meets it: at the API, and at both ways of the token end-point.
 */

/** As `serve` opens it, with a clock that stands still: nobody's wait ends by itself. */
async function opened(auth: string, trusted: readonly string[] = []) {
  const text = `version: 0.1\nstorage: inmemory\nauth: ${auth}\naccess: [{repositories: ["**"], who: ["user:alice"], actions: [pull]}]\n`
  const { config } = loadConfig({ file: { name: 'config.yml', text }, environment: {} })
  const now = () => new Date()
  let time = 0
  const auths = await openAuth(config, {
    driver: trial().driver,
    log: createLog({ level: 'error', formatter: 'json', fields: {}, now, write: () => {} }),
    secret: 'a secret of the registry',
    locate: locator({ prefix: '', relativeurls: false }),
    clock: () => time,
    now,
    randomName: () => 'abcdefgh0123',
  })
  const { call } = await trialServer({ pipeline: { gate: auths?.gate, tokens: auths?.tokens, trusted: trustedProxies(trusted) } })
  const pass = (milliseconds: number) => {
    time += milliseconds
  }
  return { call, pass }
}

const local = '{local: {username: alice, password: wonderland}}'
const from = (address: string | undefined) => (address === undefined ? {} : { 'x-forwarded-for': address })

const api = (password: string, address?: string): Call => ({
  path: '/v2/',
  headers: { authorization: basic('alice', password), ...from(address) },
})
const get = (password: string, address?: string): Call => ({ ...api(password, address), path: '/auth/token' })
const post = (password: string, address?: string): Call => ({
  method: 'POST',
  path: '/auth/token',
  headers: { 'content-type': 'application/x-www-form-urlencoded', ...from(address) },
  body: new URLSearchParams({ grant_type: 'password', username: 'alice', password }).toString(),
})
const ways = [api, get, post]

const heldBack = (seconds: number): Expected => ({
  status: 429,
  code: 'TOOMANYREQUESTS',
  headers: { 'retry-after': String(seconds), 'www-authenticate': undefined, 'content-type': 'application/json' },
})

describe('who guesses by HTTP', () => {
  test('is counted once for the API and both ways to a token, and told by each how long to wait, ever longer', async () => {
    const { call, pass } = await opened(local)
    for (let guess = 0; guess < 10; guess += 1) {
      const way = ways[guess % ways.length] ?? api
      expectAnswer(await call(way(`guess ${guess}`)), { status: 401, code: 'UNAUTHORIZED' })
    }
    for (const [turn, seconds] of [1, 2, 4].entries()) {
      for (const way of ways) expectAnswer(await call(way(`early ${turn}`)), heldBack(seconds))
      pass(seconds * 1000)
      expectAnswer(await call((ways[turn % ways.length] ?? api)(`late ${turn}`)), { status: 401 })
    }
  })

  test('with Basic alone is held back as well', async () => {
    const { call } = await opened('{htpasswd: {realm: here, username: alice, password: wonderland}}')
    for (let guess = 0; guess < 10; guess += 1) expectAnswer(await call(api(`guess ${guess}`)), { status: 401 })
    expectAnswer(await call(api('guess')), heldBack(1))
    // From this address the right one has to wait as well: who sends it cannot be told from who guesses it.
    expectAnswer(await call(api('wonderland')), heldBack(1))
  })

  test('behind a trusted proxy is held back at his own address, and keeps nobody out elsewhere', async () => {
    const { call, pass } = await opened(local, ['127.0.0.1'])
    for (let guess = 0; guess < 500; guess += 1) await call(api(`guess ${guess}`, '203.0.113.7'))
    expectAnswer(await call(post('guess', '203.0.113.7')), heldBack(1))
    for (const way of ways) expectAnswer(await call(way('wonderland', '198.51.100.7')), { status: 200 })
    pass(1000)
    // What a client writes before the proxy does is not believed.
    expectAnswer(await call(api('guess', '192.0.2.1, 203.0.113.7')), { status: 401 })
    expectAnswer(await call(api('another', '192.0.2.2, 203.0.113.7')), heldBack(2))
  })

  test('cannot make up addresses where no proxy is trusted', async () => {
    const { call } = await opened(local)
    for (let guess = 0; guess < 10; guess += 1) expectAnswer(await call(api(`guess ${guess}`, `203.0.${guess}.7`)), { status: 401 })
    expectAnswer(await call(api('guess', '198.51.100.7')), heldBack(1))
  })

  test('is not held back where that is switched off', async () => {
    const { call } = await opened('{local: {username: alice, password: wonderland}, attempts: {allowed: 0}}')
    for (let guess = 0; guess < 12; guess += 1) expectAnswer(await call(api(`guess ${guess}`)), { status: 401 })
  })
})
