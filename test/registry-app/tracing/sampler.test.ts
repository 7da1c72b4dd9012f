import { context, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api'
import { SamplingDecision } from '@opentelemetry/sdk-trace'
import { expect, test } from 'vitest'
import { samplerFrom } from '../../../registry-app/src/tracing/sampler.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const below = (traceFlags: number) =>
  trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: 'b7ad6b7169203331', traceFlags, isRemote: true })
const above = { none: context.active(), taken: below(1), left: below(0) }

test.each([
  [{}, { none: true, taken: true, left: false }],
  [{ OTEL_TRACES_SAMPLER: 'always_on' }, { none: true, taken: true, left: true }],
  [{ OTEL_TRACES_SAMPLER: 'always_off' }, { none: false, taken: false, left: false }],
  [{ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, { none: false, taken: true, left: false }],
  [
    { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' },
    { none: false, taken: false, left: false },
  ],
  [{ OTEL_TRACES_SAMPLER: 'traceidratio' }, { none: true, taken: true, left: true }],
  [
    { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' },
    { none: false, taken: true, left: false },
  ],
])('%j takes, of requests whose client decided nothing, yes or no: %j', (environment, taken) => {
  const sampler = samplerFrom(environment)
  const decide = (parent: typeof above.none) =>
    sampler.shouldSample(parent, traceId, 'GET', SpanKind.SERVER, {}, []).decision === SamplingDecision.RECORD_AND_SAMPLED
  expect({ none: decide(above.none), taken: decide(above.taken), left: decide(above.left) }).toEqual(taken)
})
