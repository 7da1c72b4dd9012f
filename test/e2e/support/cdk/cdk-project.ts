import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../paths.ts'
import { pythonTool } from '../python-tool.ts'
import { run } from '../run.ts'

/** What `suite` asks for: Amazon's own command line, which reads back what was deployed. */
export const aws = await pythonTool('moto', 'aws')

export interface CdkProjectOptions {
  /** The app of cdk.json. @default - `bin/cdk.ts` */
  readonly app?: string
  /** Over the environment of this process. */
  readonly variables?: Readonly<Record<string, string | undefined>>
}

/** A folder as a user of the kit has it, and what they type there. */
export class CdkProject {
  readonly folder: string
  readonly #app: string
  readonly #variables: Readonly<Record<string, string | undefined>>

  constructor(folder: string, { app = join(root, 'bin/cdk.ts'), variables = {} }: CdkProjectOptions = {}) {
    this.folder = folder
    this.#app = app
    this.#variables = { ...variables, CI: '1' }
  }

  async begin(): Promise<void> {
    const { build: _, ...settings } = JSON.parse(await readFile(join(root, 'cdk.json'), 'utf8'))
    await writeFile(join(this.folder, 'cdk.json'), JSON.stringify({ ...settings, app: `${process.execPath} ${this.#app}` }))
    await mkdir(join(this.folder, 'environments'))
  }

  async write(environment: string, text: string): Promise<void> {
    await writeFile(join(this.folder, 'environments', `${environment}.yml`), text)
  }

  /** @returns what it printed */
  async cdk(...args: readonly string[]): Promise<string> {
    // On a real account a load balancer, a certificate or an instance takes its time.
    return run(join(root, 'node_modules/.bin/cdk'), args, { cwd: this.folder, env: { ...this.#variables }, timeout: 2_700_000 })
  }

  /** Deploys stacks. @returns their outputs */
  async deploy(...stacks: readonly string[]): Promise<Record<string, Record<string, string> | undefined>> {
    // By change sets moto gives no outputs.
    const options = ['--require-approval', 'never', '--method', 'direct', '--outputs-file', 'outputs.json']
    await this.cdk('deploy', ...options, ...stacks)
    return JSON.parse(await readFile(join(this.folder, 'outputs.json'), 'utf8'))
  }

  /** What `kit preflight` says, by the names of its checks. */
  async preflight(environment: string): Promise<Record<string, { verdict: string; says: string } | undefined>> {
    const kit = `"${process.execPath}" "${join(root, 'bin/kit.ts')}" preflight ${environment} --json`
    // It ends with 1 where something speaks against a deployment.
    const said = await run('sh', ['-c', `${kit} || test $? -eq 1`], { cwd: this.folder, env: { ...this.#variables } })
    const { results } = JSON.parse(said) as { results: { name: string; verdict: string; says: string }[] }
    return Object.fromEntries(results.map(({ name, ...finding }) => [name, finding]))
  }

  /** Asks by Amazon's command line. @returns its answer */
  async aws<T = Record<string, never>>(...args: readonly string[]): Promise<T> {
    return JSON.parse((await run(aws.path, [...args, '--output', 'json'], { env: { ...this.#variables } })) || 'null')
  }

  /** A stack as it was synthesized last. */
  async template(stack: string): Promise<{ Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }> }> {
    return JSON.parse(await readFile(join(this.folder, 'cdk.out', `${stack}.template.json`), 'utf8'))
  }
}
