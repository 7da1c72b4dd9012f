import { ineffectiveKeys } from './ineffective-keys.ts'
import { refusedKeys } from './refused-keys.ts'
import { type KnownKey, knownKeys } from './schema/known-keys.ts'

/** `docs/configuration.md`, made of the schema and the tables beside it: what the page says is what the registry does. */
export function referencePage(): string {
  return [
    introduction,
    table(['key', 'type', 'default', 'meaning'], keyRows(knownKeys(), '')),
    withoutEffect,
    table(
      ['key', 'what is said'],
      ineffectiveKeys.map(({ path, value, warning }) => [code(given(path, value)), warning]),
    ),
    refused,
    table(
      ['key', 'what is said'],
      refusedKeys.map(({ path, reason }) => [code(path), reason]),
    ),
    variables,
  ].join('\n')
}

const introduction = `<!-- Generated from registry-app/src/config by \`npx vitest run test/registry-app/config -u\`; edit the schema, not this page. -->

# Configuration

The registry reads one YAML file, and lays the \`REGISTRY_*\` variables over it. Both are those of Distribution (Docker's registry): its
files work here as they stand, as far as the keys are served. What is wrong is said at start, all at once, each with file, line,
column and key; the registry then does not start. A key that nobody knows is wrong too.

It is the file that the command line names, or else the text in the variable \`REGISTRY_CONFIGURATION\`, or else the file that
\`REGISTRY_CONFIGURATION_PATH\` names. If there is none, \`registry-app/config.yml\` holds, which is a commented example.

\`registry.mjs config --check config.yml\` says beforehand what a start would say: every mistake, and what has no effect. It prints what the
configuration comes to, as a file (or with \`--json\` for programs): every default, the place where each other value is from, secrets as \`***\`.
It exits with 1 if anything is wrong.

- The file is YAML 1.1, as Distribution reads it: \`yes\`, \`no\`, \`on\` and \`off\` are true and false where such a value is wanted, and text
  where text is.
- A duration is a number with a unit, or several: \`100ms\`, \`10s\`, \`1h30m\`, \`168h\`; nothing but \`0\` goes without a unit.
- A key with nothing behind it counts as not given, a section with nothing behind it as given and empty.

## Keys
`

const withoutEffect = `
## Accepted, without effect

Distribution's files have these; the registry starts, and warns of them once.
`

const refused = `
## Known and refused

Distribution knows these, this version does not serve them. It does not start with one of them, because whoever writes it relies on it.
One with nothing behind it asks for nothing, and is let pass.
`

const variables = `
## Environment variables

Every key has a variable: \`REGISTRY_\` and the key's path in capitals, with \`_\` for each dot. They win over the file.

\`\`\`sh
REGISTRY_HTTP_ADDR=:5000
REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY=/var/lib/registry
REGISTRY_LOG_ACCESSLOG_DISABLED=true
REGISTRY_HTTP_HEADERS_X-Content-Type-Options=[nosniff]
REGISTRY_VALIDATION_MANIFESTS_URLS_ALLOW_0=^https://example\\.com/
\`\`\`

- Values are YAML: what has a meaning there, such as a leading \`*\` or \`[\`, needs quotes within the value.
- A number leads into a list, and one more than the last adds an element.
- A variable may name a section, which it replaces whole: \`REGISTRY_HTTP={addr: ':5000'}\`. Those with longer names are laid over it.
- \`REGISTRY_STORAGE=inmemory\` replaces the whole section \`storage\` by that driver without parameters. It comes first where a variable is
  to choose another driver than the file: two drivers are refused.
- A name under \`log.fields\` or \`http.headers\` keeps the spelling that the file has, and \`_\` may stand for a dash in it; in capitals only, another one is read in small letters.
- An empty value takes back what the file says, to the default.
- Distribution's own variables follow the names of its Go fields, which differ at a few keys: \`REGISTRY_HEALTH_FILECHECKERS_0_FILE\` is
  \`health.file\`, \`REGISTRY_NOTIFICATIONS_EVENTCONFIG_INCLUDEREFERENCES\` is \`notifications.events\`. Both names work.
- Two variables that give the same key are a mistake.
- A \`REGISTRY_*\` variable that names no key is a mistake, with one exception: those that Kubernetes sets for a service named "registry"
  are passed over.

### Values from files

With \`_FILE\` at the end of its name, a variable holds the path of a file, and the value is in that file. Every key can be given so,
secrets above all: Docker and Kubernetes mount them as files.

\`\`\`sh
REGISTRY_HTTP_SECRET_FILE=/run/secrets/http
REGISTRY_STORAGE_S3_SECRETKEY_FILE=/run/secrets/s3
\`\`\`

- Text is taken letter by letter, and needs no quotes. Line ends after it do not count. It is never shown in messages.
- Any other value, and a whole section or list, is YAML, as in the variable without \`_FILE\`.
- A file that is empty or cannot be read is a mistake, and so is giving both variables. An empty \`_FILE\` variable counts as not given.
- A name below \`log.fields\` or \`http.headers\` may end in anything: \`_FILE\` belongs to the name there, but behind the number
  of a value: \`REGISTRY_NOTIFICATIONS_ENDPOINTS_0_HEADERS_AUTHORIZATION_0_FILE\` is the first value of that header.
`

function keyRows(key: KnownKey, path: string): string[][] {
  if (key.kind === 'list' || key.kind === 'map') {
    const below = keyRows(key.item, `${path}${key.kind === 'list' ? '[]' : '.<name>'}`)
    return [[code(path), typeOf(key), defaultOf(key), key.about ?? ''], ...(key.item.kind === 'section' ? below : [])]
  }
  if (key.kind === 'scalar')
    return [[code(path), typeOf(key), defaultOf(key), `${key.about ?? ''}${key.secret ? ' Never shown in messages.' : ''}`]]
  const own = key.about && path !== '' ? [[code(path), 'section', '', key.about]] : []
  return [...own, ...[...key.keys].flatMap(([name, child]) => keyRows(child, path === '' ? name : `${path}.${name}`))]
}

function typeOf(key: KnownKey): string {
  if (key.kind === 'section') return 'section'
  if (key.kind === 'list') return `list of ${typeOf(key.item)}`
  if (key.kind === 'map') return `names, each with ${key.item.kind === 'list' ? 'a ' : ''}${typeOf(key.item)}`
  return key.type ?? ''
}

function defaultOf({ default: value, shownDefault }: KnownKey): string {
  const shown = shownDefault ?? value
  if (shown === undefined) return '–'
  if (shown === '' || (typeof shown === 'object' && shown !== null && Object.keys(shown).length === 0)) return 'empty'
  return code(String(shown))
}

const given = (path: string, value: unknown) => (value === undefined ? path : `${path}: ${value}`)
const code = (text: string) => `\`${text}\``

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}`
}
