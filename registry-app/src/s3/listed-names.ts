import { textOf, type XmlElement } from './xml.ts'

/**
 * How a list writes keys, prefixes and markers. With `encoding-type=url`, which keeps characters out of it that XML cannot have, they are encoded
 * as in a form (a space is `+`), if the answer says so: stores that do not know the parameter leave them as they are.
 */
export function decoderOf(list: XmlElement): (name: string) => string {
  return textOf(list, 'EncodingType') === 'url' ? decode : name => name
}

function decode(name: string): string {
  if (!/[%+]/.test(name)) return name
  try {
    return decodeURIComponent(name.replaceAll('+', ' '))
  } catch {
    // Not what was promised, so it is taken as it stands.
    return name
  }
}
