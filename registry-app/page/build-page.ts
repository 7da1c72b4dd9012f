import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { build, type Metafile, stop } from 'esbuild'

const here = import.meta.dirname

export interface BuiltPage {
  readonly html: string
  readonly compressed: Buffer
  readonly metafile: Metafile
}

/** The page for people as one HTML file with its script and its styles in it: it asks nothing of anybody but the registry that serves it. */
export async function bundlePage(): Promise<BuiltPage> {
  const [template, script, style] = await Promise.all([
    readFile(join(here, 'index.html'), 'utf8'),
    bundled('main.tsx'),
    bundled('style.css'),
  ])
  // As functions: in a string, `$&` would mean something.
  const html = template.replace('/* style */', () => style.text).replace('/* script */', () => script.text)
  return { html, compressed: await promisify(gzip)(html, { level: 9 }), metafile: script.metafile }
}

/** The same for a registry that runs from its sources: esbuild's process ends with it. */
export async function buildPage(): Promise<Buffer> {
  const { compressed } = await bundlePage()
  await stop()
  return compressed
}

async function bundled(entry: string): Promise<{ text: string; metafile: Metafile }> {
  const { outputFiles, metafile } = await build({
    // As for the rest of the bundle, so that the licences of what is inside are found.
    absWorkingDir: join(here, '../..'),
    entryPoints: [join(here, entry)],
    bundle: true,
    minify: true,
    format: 'iife',
    // The first with `light-dark()`, and all that the page needs beside it.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
    write: false,
    outdir: here,
  })
  const [output] = outputFiles
  if (!output) throw new Error('esbuild gave no output')
  return { text: output.text.trim(), metafile }
}
