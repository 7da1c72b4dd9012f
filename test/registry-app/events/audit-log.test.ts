import { describe, expect, test } from 'vitest'
import { auditLog } from '../../../registry-app/src/events/audit-log.ts'
import type { Happening } from '../../../registry-app/src/events/happening.ts'
import { refusalOf } from '../../../registry-app/src/http/circumstances.ts'
import { RegistryError } from '../../../registry-app/src/registry/errors.ts'
import { trialServer } from '../http/support/trial-server.ts'
import { bytes, sha256 } from '../support/bytes.ts'
import { name, tag } from '../support/images.ts'

const digest = sha256('x')
const circumstances = {
  requestId: 'r-1',
  method: 'PUT',
  headers: { 'user-agent': 'docker/29', authorization: 'Basic c2VjcmV0' },
  remoteAddress: '192.0.2.7',
  remotePort: 4711,
  caller: { name: 'mia' },
  urlOf: (path: string) => path,
}
const from = {
  'auth.user.name': 'mia',
  'http.request.id': 'r-1',
  'http.request.method': 'PUT',
  'http.request.remoteaddr': '192.0.2.7',
  'http.request.useragent': 'docker/29',
}

function audited(pulls = false) {
  const lines: [string, unknown][] = []
  return { lines, listeners: auditLog({ write: (message, fields) => void lines.push([message, fields]), pulls }) }
}

const cases: readonly (readonly [string, Happening, object])[] = [
  [
    'a manifest that was pushed',
    {
      action: 'push',
      object: 'manifest',
      name: name('team/app'),
      digest,
      tag: tag('v1'),
      mediaType: 'text/x',
      size: 5,
      content: bytes('hello'),
    },
    { 'audit.digest': digest, 'audit.tag': 'v1', 'audit.mediatype': 'text/x', 'audit.size': 5 },
  ],
  [
    'a blob that was mounted',
    { action: 'mount', object: 'blob', name: name('team/app'), digest, size: 9, from: name('other') },
    { 'audit.digest': digest, 'audit.size': 9, 'audit.from': 'other' },
  ],
  ['a tag that was deleted', { action: 'delete', object: 'tag', name: name('team/app'), tag: tag('v1') }, { 'audit.tag': 'v1' }],
]

describe('the audit log', () => {
  test.each(cases)('tells of %s: who, what, from where', (_, happening, what) => {
    const { lines, listeners } = audited()
    listeners.writes?.(happening, circumstances)
    const { action, object } = happening
    const expected = { 'audit.action': action, 'audit.object': object, 'audit.repository': 'team/app', ...what, ...from }
    expect(lines).toEqual([['audit', expected]])
  })

  test('tells of pulls only where that is asked for', () => {
    expect(audited().listeners.pulls).toBeUndefined()
    const { lines, listeners } = audited(true)
    listeners.pulls?.({ action: 'pull', object: 'blob', name: name('a'), digest }, circumstances)
    expect(lines).toMatchObject([['audit', { 'audit.action': 'pull' }]])
  })

  test('tells of who was turned away', () => {
    const { lines, listeners } = audited()
    const refusal = { action: 'delete', name: name('a'), reference: 'v1', status: 403, code: 'DENIED' } as const
    listeners.refusals?.(refusal, { ...circumstances, caller: undefined })
    expect(lines).toEqual([
      [
        'audit',
        {
          'audit.action': 'delete',
          'audit.refused': 'DENIED',
          'audit.repository': 'a',
          'audit.reference': 'v1',
          ...from,
          'auth.user.name': undefined,
          'http.response.status': 403,
        },
      ],
    ])
  })
})

describe('a request that was turned away', () => {
  const exchangeTo = (scope: 'pull' | 'push' | 'delete') => {
    const route = { method: 'PUT', pattern: '', handler: async () => ({ status: 200 }), scope }
    return { asked: { route, params: { name: name('a'), digest: '', reference: 'v1', upload: '' } } }
  }

  test.each([
    ['push', 'UNAUTHORIZED', 401],
    ['push', 'DENIED', 403],
    ['delete', 'DENIED', 403],
  ] as const)('of scope %s by %s is a refusal', (scope, code, status) => {
    const { asked } = exchangeTo(scope)
    expect(refusalOf({ asked }, new RegistryError(code))).toEqual({ action: scope, name: 'a', reference: 'v1', status, code })
  })

  test.each([
    ['pull', 'DENIED'],
    ['push', 'MANIFEST_INVALID'],
    ['delete', 'MANIFEST_UNKNOWN'],
  ] as const)('of scope %s by %s is none', (scope, code) => {
    const { asked } = exchangeTo(scope)
    expect(refusalOf({ asked }, new RegistryError(code))).toBeUndefined()
  })

  test('before anybody knew what it was about is none', () => {
    expect(refusalOf({}, new RegistryError('DENIED'))).toBeUndefined()
  })

  test('is told by the server', async () => {
    const { lines, listeners } = audited()
    const denying = () => {
      throw new RegistryError('DENIED')
    }
    const { call } = await trialServer({ pipeline: { told: { ...listeners, locate: () => '' }, healthy: denying } })
    expect((await call({ method: 'PUT', path: '/v2/team/app/manifests/v1', body: '{}' })).status).toBe(403)
    expect((await call({ path: '/v2/team/app/manifests/v1' })).status).toBe(403)
    expect(lines).toMatchObject([['audit', { 'audit.action': 'push', 'audit.repository': 'team/app', 'audit.refused': 'DENIED' }]])
  })
})
