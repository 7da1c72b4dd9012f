import { relative, resolve } from 'node:path'
import { App, LocalBackend, type TerraformStack } from './tf.ts'

/**
 * Keeps the stack's state in `terraform.STACK.tfstate` in the working directory.
 *
 * That is also where cdktf puts it if nothing is said, but by an absolute path, and then the output is different on every machine.
 * Terraform runs in the stack's own folder below the output; the path is relative to that.
 */
export function useLocalState(stack: TerraformStack): void {
  const stackFolder = resolve(App.of(stack).outdir, 'stacks', stack.node.id)
  new LocalBackend(stack, { path: relative(stackFolder, resolve(`terraform.${stack.node.id}.tfstate`)) })
}
