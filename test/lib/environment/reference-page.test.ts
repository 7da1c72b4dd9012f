import { expect, test } from 'vitest'
import { referencePage } from '../../../lib/environment/reference-page.ts'

test('the page of environments says what the schema says', async () => {
  await expect(referencePage()).toMatchFileSnapshot('../../../docs/environments.md')
})
