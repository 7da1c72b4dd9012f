import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Construct } from 'constructs'
import { imageFiles } from '../../app-folder.ts'
import { AssetType, TerraformAsset } from '../tf.ts'

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
    const asset = new TerraformAsset(this, 'files', { path: stage(folder, files), type: AssetType.DIRECTORY, assetHash: this.hash })
    this.path = asset.path
  }
}

/** A folder with these files alone: an asset is a whole folder, and the app's holds its sources too. It is copied when the app is synthesized. */
function stage(folder: string, files: readonly string[]): string {
  const staged = mkdtempSync(join(temporaryRoot(), 'image-'))
  for (const file of files) {
    mkdirSync(join(staged, dirname(file)), { recursive: true })
    copyFileSync(join(folder, file), join(staged, file))
  }
  return staged
}

let root: string | undefined

/** One for all images of the process, and gone with it. */
function temporaryRoot(): string {
  if (root !== undefined) return root
  const made = mkdtempSync(join(tmpdir(), 'bucket-registry-'))
  process.once('exit', () => rmSync(made, { recursive: true, force: true }))
  root = made
  return made
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
