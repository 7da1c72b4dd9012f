import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild'

/**
 * Packages that the app imports on demand (`await import('…')`) travel in the one file as compressed text, and are compiled when they are asked for.
 *
 * As code they would cost each start what they cost those who need them: V8 reads all of a file before it runs any, and the `import`s of a package's
 * modules would all stand at the file's top, `node:http` among them, which carries a second undici along. 1.4 MB of them were 30 ms and 6 MB.
 * Compressed, they are a fifth of that to read; to unpack the largest takes 10 ms, of those alone who use it.
 *
 * @param inside is given what went in, for the licences
 */
export function latePackages(options: BuildOptions, inside: (metafile: Metafile) => void): Plugin {
  return {
    name: 'late-packages',
    setup(outer) {
      outer.onResolve({ filter: /^[^./]/ }, ({ path, kind, importer }) =>
        kind === 'dynamic-import' && !importer.includes('node_modules') && !path.startsWith('node:')
          ? { path, namespace: 'late' }
          : undefined,
      )
      outer.onLoad({ filter: /.*/, namespace: 'late' }, async ({ path }) => {
        const { outputFiles, metafile } = await build({
          ...options,
          entryPoints: [],
          stdin: { contents: `module.exports = require(${JSON.stringify(path)})`, resolveDir: options.absWorkingDir ?? process.cwd() },
          format: 'cjs',
          outfile: join('late', `${path}.js`),
          plugins: [],
          metafile: true,
          write: false,
        })
        inside(metafile)
        return { contents: compiledOnDemand(path, outputFiles[0]?.text ?? ''), loader: 'js' }
      })
    },
  }
}

/** A CommonJS module, which esbuild runs at the first import. All that it still requires is Node.js's own; stack traces show the package for a file. */
const compiledOnDemand = (path: string, code: string) => `
const { compileFunction } = process.getBuiltinModule('node:vm')
const { brotliDecompressSync } = process.getBuiltinModule('node:zlib')
const code = brotliDecompressSync(Buffer.from('${brotliCompressSync(code).toString('base64')}', 'base64')).toString()
const run = compileFunction(code, ['module', 'require'], { filename: ${JSON.stringify(path)} })
run(module, process.getBuiltinModule)
`
