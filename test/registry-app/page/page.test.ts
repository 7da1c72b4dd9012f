import { describe, expect, test } from 'vitest'
import { bundlePage } from '../../../registry-app/page/build-page.ts'
import { period } from '../../../registry-app/page/format.ts'
import { placeIn, toImage, toRepository } from '../../../registry-app/page/place.ts'
import { en } from '../../../registry-app/page/text/en.ts'
import { ja } from '../../../registry-app/page/text/ja.ts'
import { policyFor } from '../../../registry-app/src/http/ui-pages.ts'

describe('the page as it is served', async () => {
  const { html, compressed } = await bundlePage()

  test('is at most 60 KB, compressed', () => {
    expect(compressed.length).toBeLessThanOrEqual(60_000)
  })

  test('has one script and one style, which its policy names', () => {
    expect(html.match(/<script/g)).toHaveLength(1)
    expect(html.match(/<style/g)).toHaveLength(1)
    expect(policyFor(html).match(/'sha256-/g)).toHaveLength(2)
  })

  test('has nothing that its policy would not let run', () => {
    const outside = html.replace(/<(script|style)[\s\S]*?<\/\1>/g, '')
    expect(outside).not.toMatch(/\son\w+=|\sstyle=|javascript:/i)
    expect(html).not.toMatch(/\beval\(|new Function\(/)
  })

  test('keeps nothing in the browser, and asks nobody but its registry', () => {
    expect(html).not.toMatch(/localStorage|sessionStorage|indexedDB|document\.cookie|sendBeacon|WebSocket|XMLHttpRequest/)
    const hosts = [...html.matchAll(/https?:\/\/([\w.-]+)/g)].map(([, host]) => host)
    // Names of XML, not places.
    expect(hosts.filter(host => host !== 'www.w3.org')).toEqual([])
  })
})

describe('what the page says', () => {
  test('it says in both languages', () => {
    expect(Object.keys(ja).sort()).toEqual(Object.keys(en).sort())
  })

  test.each(Object.keys(en) as (keyof typeof en)[])('%s puts in the same', word => {
    const put = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()
    expect(put(ja[word])).toEqual(put(en[word]))
    expect(ja[word].trim()).not.toBe('')
  })
})

test.each([
  [7 * 86_400_000, '7 days', '7 日'],
  [36 * 3_600_000, '1 day', '1 日'],
  [12 * 3_600_000, '12 hours', '12 時間'],
  [600_000, '10 minutes', '10 分'],
  [1000, '1 second', '1 秒'],
])('%i milliseconds are %s, and never more than they are', (milliseconds, english, japanese) => {
  expect([period(milliseconds, 'en'), period(milliseconds, 'ja')]).toEqual([english, japanese])
})

describe('an address of the page', () => {
  test.each([
    ['', { view: 'repositories' }],
    ['#/', { view: 'repositories' }],
    ['#/storage', { view: 'storage' }],
    [toRepository('team/app'), { view: 'repository', name: 'team/app' }],
    [toImage('team/app', 'v1.0'), { view: 'image', name: 'team/app', reference: 'v1.0' }],
    [toImage('a', 'sha256:12'), { view: 'image', name: 'a', reference: 'sha256:12' }],
    ['#/elsewhere', { view: 'repositories' }],
    ['#/r/%', { view: 'repositories' }],
    // What the API would read as something else, and a shell too: the page shows a command to copy.
    ['#/r/app:v1?$(reboot)', { view: 'repositories' }],
    ['#/r/app@sha256:12?;reboot', { view: 'repositories' }],
    ['#/r/app/../other', { view: 'repositories' }],
    ['#/r/app:../../other/manifests/v1', { view: 'repositories' }],
  ])('%s', (hash, place) => {
    expect(placeIn(hash)).toEqual(place)
  })
})
