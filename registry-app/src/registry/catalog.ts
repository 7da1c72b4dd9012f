import type { CallOptions, StorageDriver } from '../storage/driver.ts'
import { inLexicalOrder } from './lexical-order.ts'
import { repositoriesPath } from './paths.ts'

/** The names of all repositories after `last`, in lexical order. */
export function repositoryNames(driver: StorageDriver, last: string, options?: CallOptions): AsyncIterable<string> {
  return inLexicalOrder(driver, { prefix: repositoriesPath, delimiter: '/_', last }, options)
}
