import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Construct } from 'constructs'
import { imageFiles } from '../../app-folder.ts'
import { App, AssetType, TerraformAsset, TerraformStack } from '../tf.ts'

export interface ImageContextProps {
  /** The app's folder: a Dockerfile, a `.dockerignore` that names what it copies, and those files. */
  readonly folder: string
}

/** The files that an image is built from, copied beside the stack: so its path is relative, and a plan is the same on every machine. */
export class ImageContext extends Construct {
  /** The hexadecimal SHA-256 of the files' names and contents. */
  readonly hash: string
  /** Relative to the folder that Terraform runs in. */
  readonly path: string

  constructor(scope: Construct, id: string, { folder }: ImageContextProps) {
    super(scope, id)
    const files = imageFiles(folder)
    this.hash = hashFiles(folder, files)
    const asset = new TerraformAsset(this, 'files', {
      path: stage(TerraformStack.of(this), folder, files),
      type: AssetType.DIRECTORY,
      assetHash: this.hash,
    })
    this.path = asset.path
  }
}

/**
 * A folder with these files alone: an asset is a whole folder, and the app's holds its sources too.
 *
 * It lies in the output, beside the stacks: the asset is copied from it when the app is synthesized.
 */
function stage(stack: TerraformStack, folder: string, files: readonly string[]): string {
  const staged = resolve(App.of(stack).outdir, 'images', stack.node.id)
  rmSync(staged, { recursive: true, force: true })
  for (const file of files) {
    mkdirSync(join(staged, dirname(file)), { recursive: true })
    copyFileSync(join(folder, file), join(staged, file))
  }
  return staged
}

function hashFiles(folder: string, files: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of files) {
    const content = readFileSync(join(folder, file))
    // With lengths, so that no two lists of files run together into the same bytes.
    hash.update(`${JSON.stringify([file, content.length])}\n`).update(content)
  }
  return hash.digest('hex')
}
