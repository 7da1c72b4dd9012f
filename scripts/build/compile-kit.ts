import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

/**
 * Compiles `bin` and `lib`: Node.js refuses to strip types below `node_modules`, so what is published is JavaScript.
 *
 * @throws with the compiler's own words.
 */
export async function compileKit(root: string): Promise<void> {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const run = promisify(execFile)(process.execPath, [tsc, '--project', 'tsconfig.build.json'], { cwd: root })
  await run.catch((failure: { stdout?: string; stderr?: string }) => {
    throw new Error(`the kit does not compile:\n${failure.stdout}${failure.stderr}`)
  })
}
