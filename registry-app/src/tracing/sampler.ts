import { AlwaysOffSampler, AlwaysOnSampler, ParentBasedSampler, type Sampler, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace'

type Make = (argument: string | undefined) => Sampler

const roots: Readonly<Record<string, Make>> = {
  always_on: () => new AlwaysOnSampler(),
  always_off: () => new AlwaysOffSampler(),
  traceidratio: argument => new TraceIdRatioBasedSampler(ratioOf(argument)),
}

const samplers: Readonly<Record<string, Make>> = {
  ...roots,
  ...Object.fromEntries(
    Object.entries(roots).map(([name, make]) => [
      `parentbased_${name}`,
      (argument: string | undefined) => new ParentBasedSampler({ root: make(argument) }),
    ]),
  ),
}

/** `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG`. @throws RangeError if there is no such sampler */
export function samplerFrom(environment: Readonly<Record<string, string | undefined>>): Sampler {
  const name = environment.OTEL_TRACES_SAMPLER || 'parentbased_always_on'
  const make = samplers[name]
  if (!make) throw new RangeError(`OTEL_TRACES_SAMPLER must be one of ${Object.keys(samplers).join(', ')}; it says ${JSON.stringify(name)}`)
  return make(environment.OTEL_TRACES_SAMPLER_ARG)
}

function ratioOf(argument: string | undefined): number {
  if (argument === undefined || argument === '') return 1
  const ratio = Number(argument)
  if (!(ratio >= 0 && ratio <= 1))
    throw new RangeError(`OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1; it says ${JSON.stringify(argument)}`)
  return ratio
}
