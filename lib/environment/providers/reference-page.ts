import { stringify } from 'yaml'
import { features, type ProviderPreset, type Support } from './provider-preset.ts'
import { doctor, head } from './reference-text.ts'
import { storageSettings } from './storage-settings.ts'

/** `docs/providers.md`, made of the presets: what the page says is what the kit does. */
export function providersPage(presets: readonly ProviderPreset[]): string {
  return [head, overview(presets), capabilities(presets), doctor, ...presets.map(section)].join('\n')
}

function overview(presets: readonly ProviderPreset[]): string {
  const rows = presets.map(({ name, title, endpoint, exceptions, signing, addressing }) => [
    `[${title}](#${anchor(title)})`,
    code(name),
    endpoint === undefined
      ? Object.values(exceptions ?? {})
          .map(code)
          .join(', ') || 'your own'
      : code(endpoint),
    signing.join(', '),
    addressing.join(', '),
  ])
  return table(['provider', 'preset', 'endpoint', 'signing', 'addressing'], rows)
}

function capabilities(presets: readonly ProviderPreset[]): string {
  const words: Record<Support, string> = { yes: 'yes', no: '**no**', unknown: '?' }
  const rows = presets.map(({ title, supports }) => [title, ...features.map(feature => words[supports[feature]])])
  return `\n## What they can do\n\n${table(['provider', 'list v1', 'list v2', 'delete many', 'copy', 'copy parts', 'put if absent', 'presigned', 'lifecycle'], rows)}`
}

function section(preset: ProviderPreset): string {
  const { title, regions, exceptions, account, equalParts, tried, notes, documentation } = preset
  const facts = [
    ...(regions.length > 0 ? [`Regions: ${regions.map(region => regionText(region, exceptions)).join(', ')}.`] : []),
    ...(account === undefined ? [] : [`\`ACCOUNT\` is ${account}.`]),
    ...(equalParts ? ['All parts of a multipart upload but the last must have one size: the registry cuts them so everywhere.'] : []),
    ...notes,
    ...(tried === undefined ? [] : [`Tried: ${tried}, by this project's own tests.`]),
    `[Its documentation](${documentation})`,
  ]
  return `## ${title}\n\n\`\`\`yaml\n${example(preset)}\`\`\`\n\n${facts.map(fact => `- ${fact}`).join('\n')}\n`
}

const regionText = (region: string, exceptions: ProviderPreset['exceptions']) =>
  exceptions?.[region] === undefined ? code(region) : `${code(region)} at ${code(exceptions[region])}`

function example(preset: ProviderPreset): string {
  const own = preset.endpoint === undefined && preset.exceptions === undefined ? 'https://store.example' : undefined
  const place = { bucket: 'images', region: preset.regions[0] ?? 'REGION', account: 'ACCOUNT', endpoint: own }
  return stringify({ storage: storageSettings(preset, place) })
}

/** As GitHub makes them of headings. */
const anchor = (title: string) =>
  title
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-')

const code = (text: string) => `\`${text}\``

function table(names: readonly string[], rows: readonly (readonly string[])[]): string {
  return [names, names.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}
