import type { Environment } from '../config/environment.ts'
import type { Config } from '../config/schema/config.ts'
import type { Log } from '../ops/log.ts'
import { openLogs } from '../ops/open-logs.ts'
import type { StorageDriver } from '../storage/driver.ts'
import { openStorage } from '../wiring/open-storage.ts'
import { randomName } from '../wiring/random-name.ts'

/** The storage of a registry that a command works on. The log goes to standard error. */
export interface OpenedForCommand {
  readonly driver: StorageDriver
  readonly log: Log
  readonly audit?: Log | undefined
  readonly now: () => Date
  readonly randomName: () => string
  /** Writes what is left of the logs. */
  end(): void
}

/** It cannot be done there. The message says why. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused'
  /** The command line shows what has a code without its stack. */
  readonly code = 'COMMAND_REFUSED'
}

/** @throws CommandRefused where another process keeps it in its memory, or nothing is to be written */
export async function openStorageForCommand(
  { storage, log: settings }: Config,
  environment: Environment,
  { writes, what }: { writes: boolean; what: string },
): Promise<OpenedForCommand> {
  if (storage.inmemory) throw new CommandRefused(`storage.inmemory: ${what} cannot reach what another process keeps in its memory`)
  if (writes && storage.maintenance.readonly.enabled)
    throw new CommandRefused('storage.maintenance.readonly is enabled: nothing is to be written')
  const { log, audit } = openLogs(settings, text => void process.stderr.write(text))
  const now = () => new Date()
  const driver = await openStorage(storage, { log, now, randomName, environment, quiet: true, ...(!writes && { readOnly: true }) })
  return {
    driver,
    log,
    audit,
    now,
    randomName,
    end() {
      audit?.flush()
      log.flush()
    },
  }
}
