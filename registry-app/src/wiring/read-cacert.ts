import { readFileSync } from 'node:fs'

/** Certificates in PEM as a key `cacert` names them: a file, or the text itself, for a container into which no file gets. */
export const readCacert = <Given extends string | undefined>(cacert: Given): string | Given =>
  cacert === undefined || isPem(cacert) ? cacert : readFileSync(cacert, 'utf8')

/** Whether that is the certificates themselves, and not the file that they are in. */
export const isPem = (given: string): boolean => given.includes('-----BEGIN ')
