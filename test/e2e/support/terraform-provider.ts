import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './run.ts'
import type { Need } from './suite.ts'
import { tool } from './tool.ts'

/** Either will do. */
export type TerraformProgram = 'terraform' | 'tofu'

/** Whether there is a Terraform, and whether it finds a provider: in a registry that it reaches, in a mirror, or in its plugin folder. */
export async function terraformProvider(source: string, version: string, program: TerraformProgram = 'terraform'): Promise<Need> {
  const terraform = await tool(program)
  if (terraform.missing) return terraform
  const folder = await mkdtemp(join(tmpdir(), 'bucket-registry-provider-'))
  const wanted = { terraform: { required_providers: { it: { source, version } } } }
  try {
    await writeFile(join(folder, 'main.tf.json'), JSON.stringify(wanted))
    await run(terraform.path, ['init', '-input=false', '-backend=false'], { cwd: folder, env: { CHECKPOINT_DISABLE: '1' } })
    return {}
  } catch {
    return { missing: `${program} finds no provider ${source} ${version}` }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
