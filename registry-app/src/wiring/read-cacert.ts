import { readFileSync } from 'node:fs'

/** Certificates in PEM as a key `cacert` names them: a file, or the text itself, for a container into which no file gets. */
export const readCacert = (cacert: string | undefined): string | undefined =>
  cacert === undefined || cacert.includes('-----BEGIN ') ? cacert : readFileSync(cacert, 'utf8')
