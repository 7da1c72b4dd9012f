import { expect, test } from 'vitest'
import { withoutUser, withUser } from '../../../lib/user/edit-htpasswd.ts'

const hash = '$2b$10$new'

test.each([
  ['an empty file', '', `bob:${hash}\n`],
  ['a file with others', '# ours\nalice:$2y$a\n', `# ours\nalice:$2y$a\nbob:${hash}\n`],
  ['one whose last line has no end', 'alice:$2y$a', `alice:$2y$a\nbob:${hash}\n`],
])('a new user comes at the end of %s', (_, text, expected) => {
  expect(withUser(text, 'bob', hash)).toEqual({ text: expected, found: false })
})

test('a user who is there keeps his place, and everything else stays, letter by letter', () => {
  const text = '# Bob is\n#bob:x\r\n\n bob : not him\nbob:$2y$old\nbobby:$2y$b'
  expect(withUser(text, 'bob', hash)).toEqual({ text: text.replace('bob:$2y$old', `bob:${hash}`), found: true })
})

test('of a user who stands there twice, one line is left', () => {
  expect(withUser('bob:a\nalice:x\nbob:b\n', 'bob', hash)).toEqual({ text: `bob:${hash}\nalice:x\n`, found: true })
})

test.each([
  ['bob:a\nalice:x\nbob:b\n', 'alice:x\n', true],
  ['# bob:a\nalice:x\r\nbob:b', '# bob:a\nalice:x\r\n', true],
  ['alice:x', 'alice:x', false],
  ['nonsense\n', 'nonsense\n', false],
])('%j without bob is %j', (text, expected, found) => {
  expect(withoutUser(text, 'bob')).toEqual({ text: expected, found })
})
