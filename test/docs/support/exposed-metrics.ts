import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export interface ExposedMetric {
  readonly name: string
  readonly type: string
  readonly help: string
}

const main = join(import.meta.dirname, '../../../registry-app/src/main.ts')

/** All that a registry serves to Prometheus: one is started for it, and ends with it. */
export async function exposedMetrics(): Promise<ExposedMetric[]> {
  const registry = spawn(process.execPath, [main, 'serve'], {
    env: {
      REGISTRY_STORAGE: 'inmemory',
      REGISTRY_HTTP_ADDR: '127.0.0.1:0',
      REGISTRY_HTTP_DEBUG_ADDR: '127.0.0.1:0',
      REGISTRY_HTTP_DEBUG_PROMETHEUS_ENABLED: 'true',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(registry, 'close')
  try {
    let said = ''
    for await (const piece of registry.stdout.setEncoding('utf8')) {
      said += piece
      const [, address] = /operators are served" at=(\S+)\s/.exec(said) ?? []
      if (address !== undefined) return metricsOf(await (await fetch(`${address}/metrics`)).text())
    }
    throw new Error(`it ended, and had said:\n${said}`)
  } finally {
    registry.kill('SIGKILL')
    await ended
  }
}

const metricsOf = (text: string): ExposedMetric[] =>
  [...text.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\S+)$/gm)].map(([, name = '', help = '', type = '']) => ({ name, type, help }))
