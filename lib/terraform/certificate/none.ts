import type { Certificate } from './certificate.ts'

/** Plain HTTP: for this machine, or for a network of the engine. */
export const none: Certificate = { variables: [], renewal: 'There is none: plain HTTP.' }
