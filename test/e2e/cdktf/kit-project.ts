import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../support/paths.ts'
import { run } from '../support/run.ts'

/** A folder as a user of the kit has it, and what they type there. */
export class KitProject {
  readonly folder: string
  readonly #variables: Record<string, string>

  /**
   * @param variables Terraform's, such as `{ node_image: 'node:24-slim' }`
   * @param others the providers' own, such as `{ MINIO_USER: 'me' }`, and cdktf's `TERRAFORM_BINARY_NAME`
   */
  constructor(folder: string, variables: Record<string, string>, others: Record<string, string> = {}) {
    this.folder = folder
    this.#variables = { ...others, ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [`TF_VAR_${name}`, value])) }
  }

  /** The same folder with other variables. */
  with(variables: Record<string, string>): KitProject {
    return new KitProject(this.folder, variables, this.#variables)
  }

  async begin(): Promise<void> {
    const project = { language: 'typescript', app: `node ${join(root, 'bin/cdktf.ts')}`, projectId: 'e2e', sendCrashReports: 'false' }
    await writeFile(join(this.folder, 'cdktf.json'), JSON.stringify(project))
    await mkdir(join(this.folder, 'environments'))
  }

  async write(environment: string, text: string): Promise<void> {
    await writeFile(join(this.folder, 'environments', `${environment}.yml`), text)
  }

  /** @returns the outputs of the stacks */
  async deploy(...stacks: readonly string[]): Promise<Record<string, Record<string, unknown> | undefined>> {
    await this.#cdktf('deploy', '--auto-approve', '--skip-provider-lock', '--outputs-file', 'outputs.json', ...stacks)
    return JSON.parse(await readFile(join(this.folder, 'outputs.json'), 'utf8'))
  }

  async destroy(...stacks: readonly string[]): Promise<string> {
    return this.#cdktf('destroy', '--auto-approve', '--skip-provider-lock', ...stacks)
  }

  /** What Terraform would do to a deployed stack. @throws if that is anything at all */
  async planNothing(stack: string): Promise<string> {
    const cwd = join(this.folder, 'cdktf.out', 'stacks', stack)
    return run(this.#terraform, ['plan', '-input=false', '-no-color', '-detailed-exitcode'], { cwd, env: this.#environment })
  }

  /** Runs Terraform alone on a stack as the file now says: without cdktf's own ten seconds. @returns what it printed */
  async terraform(stack: string, ...args: readonly string[]): Promise<string> {
    const options = { cwd: this.folder, env: this.#environment }
    await run(join(root, 'node_modules/.bin/node'), [join(root, 'bin/cdktf.ts')], options)
    const chdir = `-chdir=${join('cdktf.out', 'stacks', stack)}`
    await run(this.#terraform, [chdir, 'init', '-input=false'], options)
    return run(this.#terraform, [chdir, ...args, '-input=false', '-no-color'], options)
  }

  /** Runs the kit's own command line. @returns what it printed */
  async kit(...args: readonly string[]): Promise<string> {
    return run(join(root, 'node_modules/.bin/node'), [join(root, 'bin/kit.ts'), ...args], { cwd: this.folder, env: this.#environment })
  }

  /** What a person would type in the folder. @returns what it printed */
  async run(command: string): Promise<string> {
    return run('sh', ['-c', command], { cwd: this.folder, env: this.#environment })
  }

  get #terraform() {
    return this.#variables.TERRAFORM_BINARY_NAME ?? 'terraform'
  }

  get #environment() {
    return { ...this.#variables, CHECKPOINT_DISABLE: '1', CI: '1' }
  }

  #cdktf(...args: readonly string[]): Promise<string> {
    return run(join(root, 'node_modules/.bin/cdktf'), args, { cwd: this.folder, env: this.#environment, timeout: 300_000 })
  }
}
