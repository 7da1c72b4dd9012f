import { logOptions, registryUser } from './registry-process.ts'

/**
 * What every container of the registry's image may do: as little as it needs, on a root that it cannot write to.
 *
 * @param memoryMiB with nothing to swap: what it may take is what it may take
 */
export const confined = (memoryMiB: number) => ({
  user: registryUser,
  workingDir: '/',
  readOnly: true,
  capabilities: { drop: ['ALL'] },
  securityOpts: ['no-new-privileges'],
  memory: memoryMiB,
  memorySwap: memoryMiB,
  restart: 'unless-stopped',
  logDriver: 'json-file',
  logOpts: logOptions,
})
