import { bundleApp } from './build/bundle-app.ts'

// A deployment prints this too, where nobody wants the names.
const names = process.argv.includes('--packages')
for (const { file, bytes, packages } of await bundleApp()) {
  const inside = names ? packages.map(({ name, version }) => `\n  ${name}@${version}`).join('') : ''
  process.stdout.write(`${file}: ${(bytes / 1e6).toFixed(2)} MB, ${packages.length} packages inside${inside}\n`)
}
