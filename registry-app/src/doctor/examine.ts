import { cleanUp } from './clean-up.ts'
import { concealing } from './conceal.ts'
import type { Facts } from './facts.ts'
import { openPatient } from './open-patient.ts'
import { bestWay, type Patient } from './patient.ts'
import { bad, type Finding, lacking, type Probe } from './probe.ts'
import { probes as allProbes } from './probes.ts'
import type { Report, Result } from './report.ts'
import type { Surroundings } from './surroundings.ts'
import type { Target } from './target.ts'

/** Told what goes on, while it does. */
export interface Progress {
  asks(name: string): void
  found(result: Result): void
}

/** Asks a store every question, in order, and takes away what that left in it, whatever happened meanwhile. */
export async function examine(
  target: Target,
  surroundings: Surroundings,
  progress: Progress,
  probes: readonly Probe[] = allProbes,
): Promise<Report> {
  const { now, signal } = surroundings
  let facts: Facts = {}
  const { credentials, conceal } = concealing(surroundings.credentials)
  const { patient, store, traces, close } = openPatient(target, { ...surroundings, credentials }, () => facts)
  const results: Result[] = []

  const note = async (name: string, find: () => Promise<Finding>) => {
    progress.asks(name)
    const begun = now()
    const finding = await find()
    facts = { ...facts, ...finding.facts }
    const { verdict, says } = finding
    const result: Result = { name, verdict, says: conceal(says), milliseconds: now().getTime() - begun.getTime() }
    results.push(result)
    progress.found(result)
    return finding
  }

  try {
    for (const probe of probes) {
      if (signal.aborted) break
      const { verdict, mended } = await note(probe.name, () => ask(probe, patient))
      if (verdict === 'bad' && probe.first && !mended) break
    }
  } finally {
    if (traces.any())
      await note(cleaning, async () => cleanUp(await store.by(bestWay({ target, facts })), traces, facts.versioned ?? false))
    await close()
  }
  return { target, results, facts, unasked: probes.length - results.filter(({ name }) => name !== cleaning).length }
}

const cleaning = 'clean-up'

/** What a probe throws is what the store cannot do. */
async function ask({ ask, without }: Probe, patient: Patient): Promise<Finding> {
  try {
    return await ask(patient)
  } catch (cause) {
    if (patient.signal.aborted) return bad('interrupted')
    const says = cause instanceof Error ? cause.message : String(cause)
    const consequence = typeof without === 'function' ? without(patient.facts) : without
    return consequence === undefined ? bad(says) : lacking(`${says}; ${consequence}`)
  }
}
