import { chmod, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { compileKit } from './build/compile-kit.ts'

// A file that was renamed in the sources must not live on in the package.
const root = join(import.meta.dirname, '..')
await rm(join(root, 'dist'), { recursive: true, force: true })
await compileKit(root)
await chmod(join(root, 'dist/bin/kit.js'), 0o755)
process.stdout.write('dist: the kit as JavaScript, with declarations\n')
