import { examine, type Progress } from '../../../../registry-app/src/doctor/examine.ts'
import type { Probe } from '../../../../registry-app/src/doctor/probe.ts'
import type { Report } from '../../../../registry-app/src/doctor/report.ts'
import type { Surroundings } from '../../../../registry-app/src/doctor/surroundings.ts'
import type { Target } from '../../../../registry-app/src/doctor/target.ts'

interface Options extends Partial<Target>, Partial<Pick<Surroundings, 'credentials'>> {
  readonly probes?: readonly Probe[]
  readonly progress?: Progress
  readonly signal?: AbortSignal
}

/** What the doctor finds of a store at this endpoint. It does not wait before it tries again. */
export function examineAt(endpoint: string, options: Options = {}): Promise<Report> {
  const { probes, progress = { asks: () => {}, found: () => {} }, signal = new AbortController().signal, ...rest } = options
  const { credentials = async () => ({ accessKeyId: 'access', secretAccessKey: 'SECRET' }), ...target } = rest
  const surroundings = {
    credentials,
    now: () => new Date(),
    clock: () => performance.now(),
    random: () => 0,
    sleep: async () => {},
    nonce: () => 'nonce',
    signal,
  }
  return examine({ bucket: 'images', region: 'somewhere-1', endpoint, secure: true, root: '', ...target }, surroundings, progress, probes)
}

/** What was found by one probe. */
export function resultOf({ results }: Report, name: string) {
  const result = results.find(each => each.name === name)
  if (!result) throw new Error(`${name} was not asked; ${results.map(each => each.name).join(', ')} were`)
  return result
}
