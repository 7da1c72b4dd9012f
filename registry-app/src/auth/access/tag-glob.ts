import { fits, GlobError } from './glob.ts'

/** `*` stands for any number of characters of a tag: `v*`, `*-stable`. @throws GlobError */
export function compileTagGlob(text: string): (tag: string) => boolean {
  if (!/^[\w.*-]{1,128}$/.test(text)) {
    throw new GlobError('can match no tag: it has at most 128 characters of a-z, A-Z, 0-9 and . _ -, and * for any number of them')
  }
  if (!text.includes('*')) return tag => tag === text
  return tag => fits([...text], [...tag], '*', (letter, character) => letter === character)
}
