import { relative, resolve } from 'node:path'
import { App, DataTerraformRemoteStateLocal, LocalBackend, type TerraformStack } from './tf.ts'

/**
 * Keeps the stack's state in `terraform.STACK.tfstate` in the working directory.
 *
 * That is also where cdktf puts it if nothing is said, but by an absolute path, and then the output is different on every machine.
 * Terraform runs in the stack's own folder below the output; the path is relative to that.
 */
export function useLocalState(stack: TerraformStack): void {
  new LocalBackend(stack, { path: statePath(stack, stack.node.id) })
}

/**
 * The state of another stack, whose outputs it hands over.
 *
 * By its name and not by a reference: that would write a path of this machine into the output.
 */
export function localStateOf(stack: TerraformStack, other: string): DataTerraformRemoteStateLocal {
  return new DataTerraformRemoteStateLocal(stack, other, { path: statePath(stack, other) })
}

/** From the folder where Terraform runs for a stack: the file with the state of that one or of another. */
export function statePath(stack: TerraformStack, name: string): string {
  return relative(resolve(App.of(stack).outdir, 'stacks', stack.node.id), resolve(`terraform.${name}.tfstate`))
}
