import { bundleApp } from './build/bundle-app.ts'

// The bill is of what the bundle contains, so there is none without the bundle.
const { bill, packages } = await bundleApp()
const lines = packages.map(({ name, version, license }) => `  ${name} ${version}, ${license}`)
process.stdout.write(`${bill}: ${packages.length} packages\n${lines.join('\n')}\n`)
