import { readdirSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { nearest } from '../../registry-app/src/config/nearest.ts'
import type { Environment } from './environment.ts'
import { type Complaint, EnvironmentError } from './environment-error.ts'
import { loadEnvironment } from './load-environment.ts'

export interface Selection {
  /** The folder of the environment files. @default environments, below the working directory */
  readonly folder?: string | undefined
  /** Only this one. @default - all of them */
  readonly name?: string | undefined
}

/**
 * Reads the environments of a folder, in the order of their names.
 *
 * @throws EnvironmentError with the complaints about all of them at once, or that names the environments that there are
 */
export function selectEnvironments({ folder = 'environments', name }: Selection = {}): readonly Environment[] {
  const names = environmentNames(folder)
  if (name !== undefined && !names.includes(name)) throw new EnvironmentError([unknown(folder, name, names)])
  const complaints: Complaint[] = []
  const environments = (name === undefined ? names : [name]).flatMap(name => {
    try {
      return [loadEnvironment(join(folder, `${name}.yml`))]
    } catch (error) {
      if (!(error instanceof EnvironmentError)) throw error
      complaints.push(...error.complaints)
      return []
    }
  })
  if (complaints.length > 0) throw new EnvironmentError(complaints)
  return environments
}

/** @throws EnvironmentError if the folder is not there, or a file has another extension that YAML goes by */
function environmentNames(folder: string): readonly string[] {
  const files = filesIn(folder)
  const others = files.filter(file => extname(file) === '.yaml')
  if (others.length > 0) {
    throw new EnvironmentError(
      others.map(file => ({ source: join(folder, file), path: '', message: 'would not be read: an environment file ends in .yml' })),
    )
  }
  return files
    .filter(file => extname(file) === '.yml')
    .map(file => basename(file, '.yml'))
    .toSorted()
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    throw new EnvironmentError([
      { source: folder, path: '', message: 'there is no such folder; it holds a YAML file for each environment' },
    ])
  }
}

function unknown(folder: string, name: string, names: readonly string[]): Complaint {
  const meant = nearest(name, names)
  const advice = meant === undefined ? `there are ${names.join(', ') || 'none'}` : `did you mean ${meant}? There are ${names.join(', ')}`
  return { source: folder, path: '', message: `no environment is called ${name}; ${advice}` }
}
