import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../../support/paths.ts'
import { pythonTool } from '../../support/python-tool.ts'
import { run } from '../../support/run.ts'

/** What `suite` asks for: Amazon's own command line, which reads back what was deployed. */
export const aws = await pythonTool('moto', 'aws')

/** A folder as a user of the kit has it, and what they type there, before something that stands for AWS. */
export class CdkProject {
  readonly folder: string
  readonly #variables: Readonly<Record<string, string | undefined>>

  constructor(folder: string, endpoint: string) {
    this.folder = folder
    this.#variables = {
      // Nothing of who runs the tests may reach AWS itself.
      HOME: folder,
      // It remembers there whose key it was, and one key is everybody's here.
      CDK_HOME: folder,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_PROFILE: undefined,
      AWS_SESSION_TOKEN: undefined,
      // What CloudFormation's schemas say, `npm run lint:templates` asks: it takes a second of processor time for each stack.
      CDK_VALIDATION: 'false',
      AWS_ENDPOINT_URL: endpoint,
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      CI: '1',
    }
  }

  async begin(): Promise<void> {
    const { build: _, ...settings } = JSON.parse(await readFile(join(root, 'cdk.json'), 'utf8'))
    const app = `${process.execPath} ${join(import.meta.dirname, 'app.ts')}`
    await writeFile(join(this.folder, 'cdk.json'), JSON.stringify({ ...settings, app }))
    await mkdir(join(this.folder, 'environments'))
  }

  async write(environment: string, text: string): Promise<void> {
    await writeFile(join(this.folder, 'environments', `${environment}.yml`), text)
  }

  /** @returns what it printed */
  async cdk(...args: readonly string[]): Promise<string> {
    return run(join(root, 'node_modules/.bin/cdk'), args, { cwd: this.folder, env: { ...this.#variables }, timeout: 300_000 })
  }

  /** Deploys stacks. @returns their outputs */
  async deploy(...stacks: readonly string[]): Promise<Record<string, Record<string, string> | undefined>> {
    // By change sets moto gives no outputs.
    await this.cdk('deploy', '--require-approval', 'never', '--method', 'direct', '--outputs-file', 'outputs.json', ...stacks)
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
