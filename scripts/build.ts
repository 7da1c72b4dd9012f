import { bundleApp } from './build/bundle-app.ts'

for (const { file, bytes, packages } of await bundleApp()) {
  const inside = packages.map(({ name, version }) => `${name}@${version}`).join(', ')
  process.stdout.write(`${file}: ${(bytes / 1e6).toFixed(2)} MB, ${packages.length} packages inside (${inside || 'none'})\n`)
}
