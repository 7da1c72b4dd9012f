import { describe, expect, test } from 'vitest'
import { createLog } from '../../../registry-app/src/ops/log.ts'
import { openTracing } from '../../../registry-app/src/wiring/open-tracing.ts'

const log = createLog({ level: 'error', formatter: 'text', fields: {}, now: () => new Date(), write: () => {} })
const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }

describe('traces are made', () => {
  test.each([
    [endpoint],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:9' }],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }],
    [{ ...endpoint, OTEL_TRACES_EXPORTER: '', OTEL_SDK_DISABLED: 'false' }],
  ])('where the environment says %j', async environment => {
    const tracing = await openTracing(environment, log)
    expect(tracing).toBeDefined()
    await tracing?.stop()
  })
})

describe('no traces are made', () => {
  test.each([
    [{}],
    [{ OTEL_SERVICE_NAME: 'images' }],
    [{ ...endpoint, OTEL_TRACES_EXPORTER: 'none' }],
    [{ ...endpoint, OTEL_SDK_DISABLED: 'true' }],
    [{ OTEL_TRACES_EXPORTER: 'otlp', OTEL_SDK_DISABLED: 'TRUE' }],
  ])('where the environment says %j', async environment => {
    expect(await openTracing(environment, log)).toBeUndefined()
  })
})

test.each([
  [{ OTEL_TRACES_EXPORTER: 'zipkin' }, 'OTEL_TRACES_EXPORTER must be otlp, console or none; it says "zipkin"'],
  [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf or http/json; it says "grpc"'],
  [{ OTEL_TRACES_SAMPLER: 'jaeger_remote' }, 'OTEL_TRACES_SAMPLER must be one of always_on'],
  [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '2' }, 'OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1'],
  [{ OTEL_BSP_MAX_QUEUE_SIZE: 'many' }, 'OTEL_BSP_MAX_QUEUE_SIZE must be a whole number; it says "many"'],
])('%j is refused, with what there is', async (variables, sentence) => {
  await expect(openTracing({ ...endpoint, ...variables }, log)).rejects.toMatchObject({
    message: expect.stringContaining(sentence),
    code: 'TRACING',
  })
})
