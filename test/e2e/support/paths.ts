import { join } from 'node:path'

export const root = join(import.meta.dirname, '../../..')
export const bundle = join(root, 'registry-app/dist/registry.mjs')
