import { goProgram } from './go-program.ts'

const version = 'v0.0.0-20260212201848-7aac2a2c5b7c'

export interface Minio {
  readonly file: string
  readonly name: string
}

/** The S3 server: a binary that was named, or one that is found or installed. */
export async function minio(named: string | undefined, folder: string, say: (line: string) => void): Promise<Minio> {
  if (named) return { file: named, name: `MinIO at ${named}` }
  const file = await goProgram({ name: 'minio', module: 'github.com/minio/minio', package: '', version }, folder, say)
  return { file, name: `MinIO ${version}` }
}
