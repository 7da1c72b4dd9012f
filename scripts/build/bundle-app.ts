import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { basename, join, relative } from 'node:path'
import { type BuildOptions, build, type Metafile } from 'esbuild'
import { bundlePage } from '../../registry-app/page/build-page.ts'
import { bundleWorker } from './bundle-worker.ts'
import { type BundledPackage, bundledPackages } from './bundled-packages.ts'
import { latePackages } from './late-packages.ts'
import { refuseLicences } from './licences.ts'
import { thirdPartyNotices } from './notices.ts'
import { type LockFile, softwareBill } from './software-bill.ts'

const root = join(import.meta.dirname, '../..')
const dist = join(root, 'registry-app/dist')

/**
 * What is shipped, and how large it may be: the first is parsed at every start, on the smallest hosts too; the second only where traces are asked for;
 * the third runs by itself, where a standby is kept.
 */
const programs = [
  { entry: 'registry-app/src/main.ts', name: 'registry', limit: 3_000_000, withinIt: true },
  { entry: 'registry-app/src/tracing/open-telemetry.ts', name: 'registry-tracing', limit: 1_500_000, withinIt: false },
  { entry: 'bin/copy.ts', name: 'registry-copy', limit: 1_000_000, withinIt: false },
]
type Program = (typeof programs)[number]

/** Of the page, gzipped: it is in the first one. */
const pageLimit = 60_000

export interface Bundle {
  /** Path from the repository's root. */
  file: string
  bytes: number
  /** Everything from npm that is inside. */
  packages: readonly BundledPackage[]
  /** Path from the repository's root of the bill of what is inside (CycloneDX). */
  bill: string
}

/**
 * Bundles the registry app to one file that needs Node.js and nothing else, what makes traces to a second one beside it, and what copies images to a
 * third, each with the licences of all that is in it at its end, because a file travels alone: into an image, or onto a host by `scp`.
 */
export async function bundleApp(): Promise<Bundle[]> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  const config = await readFile(join(root, 'registry-app/config.yml'), 'utf8')
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as LockFile
  const worker = await bundleWorker(root)
  const page = await bundlePage()
  if (page.compressed.length > pageLimit)
    throw new Error(`the page has ${page.compressed.length} bytes, compressed, more than ${pageLimit}`)
  const texts = {
    BUNDLED_VERSION: version,
    BUNDLED_CONFIG: config,
    BUNDLED_BCRYPT_WORKER: worker.code,
    BUNDLED_PAGE: page.compressed.toString('base64'),
  }
  await mkdir(dist, { recursive: true })
  const bundled = await Promise.all(
    programs.map(program => bundle(program, { version, texts, within: [worker.metafile, page.metafile], lock })),
  )
  const notices = thirdPartyNotices(unique(bundled.flatMap(({ packages }) => packages)))
  await place(join(dist, 'THIRD-PARTY-NOTICES.txt'), notices)
  return bundled
}

interface Ingredients {
  version: string
  /** What the sources find under these names. */
  texts: Readonly<Record<string, string>>
  /** Of the programs that are among the texts: the thread that checks passwords, the page. */
  within: readonly Metafile[]
  lock: LockFile
}

async function bundle({ entry, name, limit, withinIt }: Program, { version, texts, within, lock }: Ingredients): Promise<Bundle> {
  const target = join(dist, `${name}.mjs`)
  const late: Metafile[] = []
  const common = { ...options(texts), entryPoints: [join(root, entry)], outfile: target }
  const result = await build({ ...common, plugins: [latePackages(common, metafile => late.push(metafile))] })
  const [output] = result.outputFiles ?? []
  if (!output) throw new Error('esbuild gave no output')
  const imports = importsOf(result.metafile)
  refuseForeignImports([...imports, ...late.flatMap(importsOf)])

  const packages = await bundledPackages([result.metafile, ...late, ...(withinIt ? within : [])], root)
  refuseLicences(packages)
  const code = `${head(version, imports)}${inAscii(output.text)}\n${asComment(thirdPartyNotices(packages))}`
  const bytes = Buffer.byteLength(code)
  if (bytes > limit) throw new Error(`${name} has ${bytes} bytes, more than ${limit}:\n${largest([result.metafile, ...late])}`)

  await place(target, code, 0o755)
  const bill = join(dist, `${name}.cdx.json`)
  await place(bill, `${JSON.stringify(softwareBill({ version, code, packages, lock }), undefined, 2)}\n`)
  return { file: relative(root, target), bytes, packages, bill: relative(root, bill) }
}

/** Writes a file so that whoever starts or reads it meanwhile has the old one or the new one, whole: two suites of tests build side by side. */
async function place(path: string, text: string, mode = 0o644) {
  // Not beside it: that folder is packed and copied as it is.
  const part = join(root, 'registry-app', `.${basename(path)}.${process.pid}.part`)
  await writeFile(part, text, { mode })
  await rename(part, path)
}

/** Each package once, though both files have it, and two versions of it twice. */
const unique = (packages: readonly BundledPackage[]) => [...new Map(packages.map(each => [each.path, each])).values()]

/** White space and names stay, so that a stack trace in somebody's log can be read. */
function options(texts: Readonly<Record<string, string>>): BuildOptions & { metafile: true; write: false } {
  return {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    // A package's ES modules can be shaken, its CommonJS cannot.
    mainFields: ['module', 'main'],
    minifySyntax: true,
    legalComments: 'eof',
    define: Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, JSON.stringify(text)])),
    logLevel: 'warning',
    metafile: true,
    write: false,
  }
}

type Import = Metafile['outputs'][string]['imports'][number]

const importsOf = ({ outputs }: Metafile): Import[] => Object.values(outputs).flatMap(({ imports }) => imports)

function refuseForeignImports(imports: readonly Import[]) {
  const foreign = imports.filter(({ path }) => !isBuiltin(path)).map(({ path }) => path)
  if (foreign.length > 0) throw new Error(`the bundle would need node_modules for ${foreign.join(', ')}`)
}

function head(version: string, imports: readonly Import[]) {
  const lines = [
    '#!/usr/bin/env node',
    `// bucket-registry ${version}, Apache-2.0. The licences of the packages inside stand at the end of this file.`,
  ]
  // Packages in CommonJS require Node's own modules, which an ES module has no `require` for.
  if (imports.some(({ kind }) => kind === 'require-call'))
    lines.push(
      "import { createRequire as createRequireForBundle } from 'node:module'; const require = createRequireForBundle(import.meta.url);",
    )
  return `${lines.join('\n')}\n`
}

/** One letter beyond Latin-1, in a regular expression or a comment, and V8 holds two bytes for each of the file's: 2 MB more in memory. */
const inAscii = (code: string) => code.replace(/[^\0-\x7f]/g, letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)

const asComment = (text: string) => `/*\n${text.replaceAll('*/', '* /')}*/\n`

function largest(metafiles: readonly Metafile[]) {
  const inputs = metafiles.flatMap(({ outputs }) => Object.values(outputs)).flatMap(({ inputs }) => Object.entries(inputs))
  return inputs
    .sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput)
    .slice(0, 15)
    .map(([path, { bytesInOutput }]) => `${String(bytesInOutput).padStart(9)}  ${path}`)
    .join('\n')
}
