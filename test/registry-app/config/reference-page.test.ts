import { expect, test } from 'vitest'
import { referencePage } from '../../../registry-app/src/config/reference-page.ts'
import { knownKeys, walkKeys } from '../../../registry-app/src/config/schema/known-keys.ts'

test('the committed page is what the schema says today', async () => {
  await expect(referencePage()).toMatchFileSnapshot('../../../docs/configuration.md')
})

test('every key that is not a section has a meaning and a type on the page', () => {
  const bare = [...walkKeys(knownKeys())].filter(([, key]) => key.kind !== 'section' && !key.about)
  expect(bare.map(([path]) => path.join('.'))).toEqual([])
})
