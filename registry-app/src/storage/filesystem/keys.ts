import type { Key } from '../driver.ts'

/** The folder of what is being written. No key begins with it. */
export const incomingFolder = '.incoming'

/** Whether it is a key as `storage/driver.ts` has it. The registry checks every name; this is the last gate before the file system. */
export const isKey = (text: string): text is Key => keyGrammar.test(text)

/** Printable, not empty, and not `.` or `..`. */
const component = '(?!\\.\\.?(?:/|$))[\\x21-\\x2e\\x30-\\x7e]+'
const keyGrammar = new RegExp(`^(?!\\${incomingFolder}/)${component}(?:/${component})*$`)

/** Whether keys may begin so. */
export const isPrefix = (text: string) => isKey(`${text}x`)

export const isPrintable = (text: string) => /^[\x21-\x7e]+$/.test(text)
