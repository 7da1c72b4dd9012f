import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { Survey } from '../../../registry-app/src/collection/survey.ts'
import { decodeSummary, encodeSummary, summaryOf } from '../../../registry-app/src/ui/summary.ts'

const day = 24 * 3_600_000
const start = Date.parse('2026-03-01T12:00:00Z')

const surveyOf = (...sizes: readonly number[]): Survey => ({
  whole: { blobs: sizes.length, size: sizes.reduce((sum, size) => sum + size, 0) },
  unlinked: { blobs: 0, size: 0 },
  repositories: sizes.map((bytes, index) => ({ name: `r${index}`, bytes, tags: 1, manifests: 1, pushed: index === 0 ? undefined : start })),
  pushed: [],
})

describe('a summary', () => {
  test('is read as it was written', async () => {
    const summary = summaryOf(surveyOf(3, 1, 2), start, undefined)
    expect(await decodeSummary(await encodeSummary(summary))).toEqual(summary)
  })

  test('of ten thousand repositories takes less than half a megabyte', async () => {
    const survey = surveyOf(...Array.from({ length: 10_000 }, (_, index) => index * 1_000_003))
    expect((await encodeSummary(summaryOf(survey, start, undefined))).length).toBeLessThan(500_000)
  })

  test('has one point for a day, of the largest repositories', () => {
    const first = summaryOf(surveyOf(1), start, undefined)
    const later = summaryOf(surveyOf(5, 9), start + 1000, first)
    expect(later.history).toEqual([
      {
        day: '2026-03-01',
        bytes: 14,
        repositories: 2,
        largest: [
          ['r1', 9],
          ['r0', 5],
        ],
      },
    ])
    expect(summaryOf(surveyOf(2), start + day, later).history.map(point => point.bytes)).toEqual([14, 2])
  })

  test('forgets what is older than a year', () => {
    let summary = summaryOf(surveyOf(1), start, undefined)
    for (let days = 1; days < 400; days += 1) summary = summaryOf(surveyOf(1), start + days * day, summary)
    expect(summary.history).toHaveLength(366)
    expect(summary.history.at(-1)?.day).toBe('2027-04-04')
  })

  test('keeps what the last collection came to until there is another', () => {
    const collection = { at: start, freed: { blobs: 1, size: 2 }, condemned: { blobs: 3, size: 4 } }
    const collected = summaryOf(surveyOf(1), start, undefined, collection)
    expect(summaryOf(surveyOf(1), start + day, collected).collection).toEqual(collection)
  })

  test.each([
    ['of a later format', gzipSync('{"format":2,"repositories":[]}')],
    ['that is cut short', gzipSync('{"format":1,"repositories":[]}').subarray(0, 20)],
    ['that is none', Buffer.from('nothing')],
  ])('%s counts as absent', async (_, content) => {
    expect(await decodeSummary(content)).toBeUndefined()
  })
})
