/**
 * Compiles a regular expression that was written for Go (RE2), as Distribution's `validation.manifests.urls` are, so that it means the same here.
 *
 * What JavaScript would read as something else in silence is rewritten (`\A`, `\z`, `(?P<name>`, leading `(?i)`) or refused (`[[:alpha:]]`):
 * a rule that decides which URLs are let in must not change its meaning.
 *
 * @throws SyntaxError if it cannot be read, or has no equal in JavaScript
 */
export function compileGoRegExp(pattern: string): RegExp {
  const [, inline = '', rest = pattern] = /^\(\?([ims]+)\)([\s\S]*)$/.exec(pattern) ?? []
  if (rest.includes('[:')) throw new SyntaxError('POSIX classes such as [[:alpha:]] are not supported; write the characters out')
  // Under `u`, an escape that JavaScript does not know is an error instead of the letter itself.
  return new RegExp(rest.replaceAll(/\\[\s\S]|\(\?P</g, translate), [...new Set(`u${inline}`)].join(''))
}

function translate(token: string): string {
  if (token === '(?P<') return '(?<'
  if (token === '\\A') return '(?<![\\s\\S])'
  if (token === '\\z') return '(?![\\s\\S])'
  if (token === '\\a') return '\\x07'
  // RE2 lets any punctuation be escaped, JavaScript only what has a meaning to it.
  const letter = token.charAt(1)
  return /[!"#%&',:;<=>@_`~ ]/.test(letter) ? letter : letter === '-' ? '\\x2d' : token
}
