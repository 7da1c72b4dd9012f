/** Whether there are any of ASCII's. Neither a name nor a password that is sent by `Basic` may have them: RFC 7617, section 2. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
export const hasControlCharacters = (text: string): boolean => /[\x00-\x1f\x7f]/.test(text)
