import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { appFolder, bundleFile } from '../../../lib/app-folder.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** The app's folder as it is after a build, with another bundle (`null`: without one): these tests need no build. */
export function stubAppFolder({ bundle = 'console.log("a registry")\n' }: { bundle?: string | null } = {}): string {
  const real = (name: string) => readFileSync(join(appFolder(), name), 'utf8')
  return temporaryFolder({
    '.dockerignore': real('.dockerignore'),
    Dockerfile: real('Dockerfile'),
    'container.yml': real('container.yml'),
    ...(bundle === null ? {} : { [bundleFile]: bundle }),
    'dist/registry-copy.mjs': 'export {}\n',
    'dist/registry-tracing.mjs': 'export {}\n',
    'src/main.ts': 'what must not get into an image\n',
  })
}
