import { isBuiltin } from 'node:module'
import { build } from 'esbuild'
import { describe, expect, test } from 'vitest'

/** Every package that a file and what it imports load, types left out. */
async function packagesOf(entry: string): Promise<readonly string[]> {
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    metafile: true,
    write: false,
  })
  const imported = Object.values(metafile.outputs).flatMap(output => output.imports.map(({ path }) => path))
  const packages = imported
    .filter(path => !isBuiltin(path))
    .map(path =>
      path
        .split('/')
        .slice(0, path.startsWith('@') ? 2 : 1)
        .join('/'),
    )
  return [...new Set(packages)].toSorted()
}

describe('an entry point needs no more than it says', () => {
  test.each([
    ['lib/index.ts', ['croner', 'yaml', 'zod']],
    ['lib/aws/index.ts', ['aws-cdk-lib', 'constructs', 'croner', 'yaml', 'zod']],
    [
      'lib/terraform/index.ts',
      ['@cdktf/provider-docker', '@cdktf/provider-random', '@cdktf/provider-tls', 'cdktf', 'constructs', 'croner', 'yaml', 'zod'],
    ],
    [
      'bin/kit.ts',
      ['@aws-sdk/credential-provider-node', '@clack/prompts', 'commander', 'croner', 'hash-wasm', 'lru-cache', 'undici', 'yaml', 'zod'],
    ],
  ])('%s', async (entry, packages) => {
    expect(await packagesOf(entry)).toEqual(packages)
  })
})
