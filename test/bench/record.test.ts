import { expect, it } from 'vitest'
import { between } from './record.ts'

const page = (results: string) => `# Page\n\n<!-- results: begin -->\n\n${results}\n\n<!-- results: end -->\n\nMore.\n`

it('replaces what stood between the markers, and nothing else', () => {
  expect(between(page('old'), 'new')).toBe(page('new'))
})

it('refuses a file without the markers', () => {
  expect(() => between('# Page\n', 'new')).toThrow('results: begin')
})
