import { describe, expect, test } from 'vitest'
import { complaintsOf, errorOf, load } from './complaints-of.ts'

const file = (endpoint: string) => `storage: inmemory\nnotifications: {endpoints: [${endpoint}]}`
const only = (endpoint: string) => load(file(endpoint)).config.notifications.endpoints[0]

describe('notifications', () => {
  test('has Distribution’s defaults', () => {
    expect(only('{name: a, url: "https://a.test/"}')).toEqual({
      name: 'a',
      disabled: false,
      url: 'https://a.test/',
      headers: {},
      timeout: 1000,
      threshold: 10,
      backoff: 1000,
      ignoredmediatypes: [],
      ignore: { mediatypes: [], actions: [] },
    })
  })

  test('takes the example of Distribution’s documentation as it stands', () => {
    const text = `
storage: inmemory
notifications:
  events:
    includereferences: true
  endpoints:
    - name: alistener
      disabled: false
      url: https://my.listener.com/event
      headers:
        Authorization: [Bearer abc]
      timeout: 1s
      threshold: 10
      backoff: 1s
      ignoredmediatypes:
        - application/octet-stream
      ignore:
        mediatypes:
           - application/octet-stream
        actions:
           - pull
`
    const { config, warnings } = load(text)
    expect(warnings).toEqual([])
    expect(config.notifications).toMatchObject({
      events: { includereferences: true },
      endpoints: [{ headers: { Authorization: ['Bearer abc'] }, ignore: { actions: ['pull'] } }],
    })
  })

  test('takes 0 for the default, as Distribution does', () => {
    expect(only('{url: "http://a/", timeout: 0s, threshold: 0, backoff: 0s}')).toMatchObject({
      timeout: 1000,
      threshold: 10,
      backoff: 1000,
    })
  })

  test.each(['EVENTCONFIG', 'EVENTS'])('goes by the variable names of Distribution and of the file: %s', name => {
    const environment = {
      [`REGISTRY_NOTIFICATIONS_${name}_INCLUDEREFERENCES`]: 'true',
      REGISTRY_NOTIFICATIONS_ENDPOINTS_0_NAME: 'a',
      REGISTRY_NOTIFICATIONS_ENDPOINTS_0_URL: 'http://a.test/',
      REGISTRY_NOTIFICATIONS_ENDPOINTS_0_HEADERS_Authorization: '[Bearer abc]',
      REGISTRY_NOTIFICATIONS_ENDPOINTS_0_IGNORE_ACTIONS: '[pull, push]',
    }
    expect(load('storage: inmemory', environment).config.notifications).toMatchObject({
      events: { includereferences: true },
      endpoints: [{ name: 'a', url: 'http://a.test/', headers: { Authorization: ['Bearer abc'] }, ignore: { actions: ['pull', 'push'] } }],
    })
  })

  test.each([
    ['{name: a}', 'notifications.endpoints.0.url: must be given: where to post events to'],
    ['{url: "ftp://a/"}', 'notifications.endpoints.0.url: must be an http or https URL'],
    [
      '{url: "http://a/", ignore: {actions: [pul]}}',
      'notifications.endpoints.0.ignore.actions.0: must be one of pull, push, mount, delete',
    ],
    ['{name: a, url: "http://a/"}, {name: a, url: "http://b/"}', 'notifications.endpoints.1.name: must be another one for each endpoint'],
    ['{url: "http://a/", headers: {"a b": [c]}}', 'is no header name'],
    ['{url: "http://a/", tiemout: 1s}', 'did you mean timeout?'],
  ])('says what is wrong with %s', (endpoint, complaint) => {
    expect(complaintsOf(file(endpoint))).toEqual([expect.stringContaining(complaint)])
  })

  test('needs no url where it is disabled', () => {
    expect(only('{name: a, disabled: true}')).toMatchObject({ disabled: true })
  })

  test.each([
    '{url: "ftp://hooks/hunter2"}',
    '{url: "http://a/", headers: {Authorization: ["hunter2\\n"]}}',
    '{url: "http://a/", headers: {Authorization: hunter2}}',
  ])('shows neither the URL nor a header: %s', endpoint => {
    expect(errorOf(file(endpoint)).message).not.toContain('hunter2')
  })
})
