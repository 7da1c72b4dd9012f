/** What a Dockerfile that runs nothing adds to its base. */
export interface Recipe {
  /** The name of the image it is built on. */
  readonly base: string
  readonly files: readonly { readonly from: string; readonly to: string }[]
  readonly folders: readonly { readonly path: string; readonly owner: number }[]
  /** By the names of an image's configuration: https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#properties */
  readonly config: Readonly<Record<string, unknown>>
  readonly labels: Readonly<Record<string, string>>
  readonly variables: Readonly<Record<string, string>>
}

/**
 * Reads the Dockerfile of the registry app, so that there is one that says what the image is.
 *
 * Not every Dockerfile: one that runs nothing, and copies files and empty folders.
 *
 * @param given values for its ARGs
 * @throws Error for an instruction that it does not know
 */
export function readDockerfile(text: string, given: Readonly<Record<string, string>> = {}): Recipe {
  const values: Record<string, string> = {}
  const files: { from: string; to: string }[] = []
  const folders: { path: string; owner: number }[] = []
  const config: Record<string, unknown> = {}
  const labels: Record<string, string> = {}
  const variables: Record<string, string> = {}
  let base = ''

  for (const [word, rest] of instructions(text)) {
    const said = rest.replaceAll(/\$\{(\w+)\}/g, (_, name) => values[name] ?? '')
    switch (word) {
      case 'ARG': {
        const [name = '', value = ''] = said.split('=')
        values[name] = given[name] ?? unquoted(value)
        break
      }
      case 'FROM':
        base = said.split(/\s+/)[0] ?? ''
        break
      case 'WORKDIR':
        if (base !== 'scratch') throw new Error(`the Dockerfile has WORKDIR ${said} beyond its first stage`)
        break
      case 'COPY':
        copy(said, files, folders)
        break
      case 'LABEL':
        Object.assign(labels, pairs(said))
        break
      case 'ENV':
        Object.assign(variables, pairs(said))
        break
      case 'USER':
        config.User = said
        break
      case 'VOLUME':
        config.Volumes = { [said]: {} }
        break
      case 'EXPOSE':
        config.ExposedPorts = { [`${said}/tcp`]: {} }
        break
      case 'HEALTHCHECK':
        config.Healthcheck = healthcheck(said)
        break
      case 'ENTRYPOINT':
        // One that stood in the base has words of another one.
        Object.assign(config, { Entrypoint: words(said), Cmd: undefined })
        break
      case 'CMD':
        config.Cmd = words(said)
        break
      default:
        throw new Error(`the Dockerfile has ${word}, which a release without Docker cannot carry out`)
    }
  }
  return { base, files, folders, config, labels, variables }
}

function instructions(text: string): [word: string, rest: string][] {
  const lines = text
    .split('\n')
    .filter(line => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
  return lines.split('\n').map(line => {
    const [, word = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? []
    return [word, rest]
  })
}

function copy(said: string, files: { from: string; to: string }[], folders: { path: string; owner: number }[]): void {
  const options = Object.fromEntries([...said.matchAll(/--(\w+)=(\S+)/g)].map(([, name, value]) => [name, value]))
  const paths = said.replaceAll(/--\w+=\S+\s*/g, '').split(/\s+/)
  const to = paths.pop() ?? ''
  if (options.from !== undefined) folders.push({ path: to, owner: Number(String(options.chown ?? '0').split(':')[0]) })
  else for (const from of paths) files.push({ from, to: to.endsWith('/') ? `${to}${from.replace(/^.*\//, '')}` : to })
}

/** Durations are nanoseconds in a configuration. */
function healthcheck(said: string): object {
  const seconds = (name: string) => Number(new RegExp(`--${name}=(\\d+)s`).exec(said)?.[1] ?? 0) * 1e9
  const retries = Number(/--retries=(\d+)/.exec(said)?.[1] ?? 0)
  const command = words(said.replace(/^.*?CMD\s+/, ''))
  const [Interval, Timeout, StartPeriod] = [seconds('interval'), seconds('timeout'), seconds('start-period')]
  return { Test: ['CMD', ...command], Interval, Timeout, StartPeriod, Retries: retries }
}

const pairs = (said: string): Record<string, string> =>
  Object.fromEntries([...said.matchAll(/([\w.]+)=("[^"]*"|\S+)/g)].map(([, name = '', value = '']) => [name, unquoted(value)]))

const unquoted = (value: string) => value.replace(/^"(.*)"$/, '$1')

const words = (said: string): string[] => JSON.parse(said)
