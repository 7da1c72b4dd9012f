import type { Environment } from '../config/environment.ts'
import type { Log } from '../ops/log.ts'
import type { Tracing } from '../ops/tracing.ts'
import type { TracingOptions } from '../tracing/open-telemetry.ts'
import { tracingFile, version } from './embedded.ts'

/** Traces are asked for, and cannot be made. The message says what to do. */
class TracingError extends Error {
  readonly code = 'TRACING'
}

/**
 * Spans by OpenTelemetry, where its standard variables ask for them. Its SDK is as large as all the rest: it lies in a file of its own.
 *
 * @throws TracingError if that file is not there, or a variable asks for what there is not
 */
export async function openTracing(environment: Environment, log: Log): Promise<Tracing | undefined> {
  if (!asksForTraces(environment)) return undefined
  const file = tracingFile()
  const loaded: Promise<typeof import('../tracing/open-telemetry.ts')> = import(file.href)
  const { openTelemetry } = await loaded.catch((cause: unknown) => {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND'
    if (!missing) throw cause
    throw new TracingError(
      `OTEL_* variables ask for traces, and the file that makes them is missing: put registry-tracing.mjs of the same version beside registry.mjs (${file.pathname}), or set OTEL_SDK_DISABLED=true`,
      { cause },
    )
  })
  const options: TracingOptions = { environment, version: version(), warn: (message, fields) => log.warn(message, fields) }
  try {
    return openTelemetry(options)
  } catch (error) {
    if (error instanceof RangeError) throw new TracingError(error.message, { cause: error })
    throw error
  }
}

/**
 * Off unless somebody names an exporter, or where spans shall go.
 *
 * Source: OpenTelemetry, "Environment Variable Specification".
 */
function asksForTraces(environment: Environment): boolean {
  if (environment.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true') return false
  const exporter = environment.OTEL_TRACES_EXPORTER?.trim()
  if (exporter) return exporter !== 'none'
  return Boolean(environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || environment.OTEL_EXPORTER_OTLP_ENDPOINT)
}
