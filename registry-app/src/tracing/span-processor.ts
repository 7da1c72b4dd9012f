import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import {
  BatchSpanProcessor,
  ConsoleSpanExporter,
  SimpleSpanProcessor,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace'

type Environment = Readonly<Record<string, string | undefined>>

/** `OTEL_TRACES_EXPORTER`, `OTEL_EXPORTER_OTLP_PROTOCOL` and `OTEL_BSP_*`. @throws RangeError if one of them asks for what there is not */
export function processorFrom(environment: Environment): SpanProcessor {
  const name = environment.OTEL_TRACES_EXPORTER?.trim() || 'otlp'
  if (name === 'console') return new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() })
  if (name !== 'otlp') throw new RangeError(`OTEL_TRACES_EXPORTER must be otlp, console or none; it says ${JSON.stringify(name)}`)
  return new BatchSpanProcessor({
    exporter: otlpExporter(environment),
    ...numbers(environment, {
      scheduledDelayMillis: 'OTEL_BSP_SCHEDULE_DELAY',
      exportTimeoutMillis: 'OTEL_BSP_EXPORT_TIMEOUT',
      maxQueueSize: 'OTEL_BSP_MAX_QUEUE_SIZE',
      maxExportBatchSize: 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
    }),
  })
}

/** Where it sends to, and by which headers, it reads itself. */
function otlpExporter(environment: Environment): SpanExporter {
  const protocol = environment.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || environment.OTEL_EXPORTER_OTLP_PROTOCOL || 'http/protobuf'
  if (protocol === 'http/protobuf') return new ProtobufExporter()
  if (protocol === 'http/json') return new JsonExporter()
  throw new RangeError(`OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf or http/json; it says ${JSON.stringify(protocol)}`)
}

/** Those that are set. */
function numbers(environment: Environment, names: Readonly<Record<string, string>>): Record<string, number> {
  const given = Object.entries(names).filter(([, variable]) => environment[variable])
  return Object.fromEntries(
    given.map(([option, variable]) => {
      const value = Number(environment[variable])
      if (!Number.isInteger(value) || value < 0)
        throw new RangeError(`${variable} must be a whole number; it says ${JSON.stringify(environment[variable])}`)
      return [option, value]
    }),
  )
}
