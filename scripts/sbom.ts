import { bundleApp } from './build/bundle-app.ts'

// A bill is of what a bundle contains, so there is none without the bundle.
for (const { bill, packages } of await bundleApp()) {
  const lines = packages.map(({ name, version, license }) => `  ${name} ${version}, ${license}`)
  process.stdout.write(`${bill}: ${packages.length} packages\n${lines.join('\n')}\n`)
}
