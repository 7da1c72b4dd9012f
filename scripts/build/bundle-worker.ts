import { type BuildOptions, build, type Metafile } from 'esbuild'

/**
 * The thread that checks passwords is a program of its own. It travels in the one file as text, and is compiled when it is started: then in a
 * fraction of the time that the whole file would take.
 */
export async function bundleWorker(root: string): Promise<{ code: string; metafile: Metafile }> {
  const { outputFiles, metafile } = await build(workerOptions(root))
  const [output] = outputFiles
  if (!output) throw new Error('esbuild gave no output')
  return { code: output.text, metafile }
}

/** CommonJS, as `new Worker(…, { eval: true })` takes it. */
export const workerOptions = (root: string): BuildOptions & { metafile: true; write: false } => ({
  absWorkingDir: root,
  entryPoints: ['registry-app/src/auth/bcrypt-worker.ts'],
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  // A package's ES modules can be shaken, its CommonJS cannot.
  mainFields: ['module', 'main'],
  minifySyntax: true,
  legalComments: 'eof',
  logLevel: 'warning',
  metafile: true,
  write: false,
})
