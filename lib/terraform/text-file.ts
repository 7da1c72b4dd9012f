import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Construct } from 'constructs'
import { App, AssetType, TerraformAsset, TerraformStack } from './tf.ts'

export interface TextFileProps {
  readonly name: string
  /** No secret: it lies in the output. */
  readonly text: string
}

/** A text that a provider wants to read from a file: beside the stack, so that its path is relative, and a plan is the same on every machine. */
export class TextFile extends Construct {
  /** Relative to the folder that Terraform runs in. */
  readonly path: string

  constructor(scope: Construct, id: string, { name, text }: TextFileProps) {
    super(scope, id)
    const stack = TerraformStack.of(this)
    // The asset is copied from here when the app is synthesized.
    const folder = resolve(App.of(stack).outdir, 'texts', stack.node.id)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, name), text)
    const assetHash = createHash('sha256').update(text).digest('hex')
    this.path = new TerraformAsset(this, 'file', { path: join(folder, name), type: AssetType.FILE, assetHash }).path
  }
}
