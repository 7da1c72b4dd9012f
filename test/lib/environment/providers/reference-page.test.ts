import { expect, test } from 'vitest'
import { providers } from '../../../../lib/environment/providers/index.ts'
import { providersPage } from '../../../../lib/environment/providers/reference-page.ts'

test('the page of providers says what the presets say', async () => {
  await expect(providersPage(providers)).toMatchFileSnapshot('../../../../docs/providers.md')
})
