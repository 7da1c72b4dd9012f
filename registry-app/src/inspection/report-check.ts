import { type Checked, type CheckOptions, check } from './check.ts'
import { describeCounts, describeProblem, parseImage } from './describe.ts'

export interface ReportOptions extends Omit<CheckOptions, 'of' | 'breadth' | 'progress'> {
  /** As the command line has it: `team/app:v1`. Absent: everything. */
  image?: string | undefined
  json: boolean
  /** The findings. */
  out: (text: string) => void
  /** How far it is, now and then. */
  aside: (text: string) => void
  /** Milliseconds. */
  clock: () => number
}

/** Images at the same time, and blobs of each. */
const breadth = 4
/** Between two words on how far it is. Milliseconds. */
const patience = 10_000

/** What is named on the command line cannot be looked for. */
export class UnknownImage extends Error {
  override readonly name = 'UnknownImage'
  readonly code = 'UNKNOWN_IMAGE'
}

/**
 * Walks the images, and prints what is wrong with them.
 *
 * @returns the exit code: 0, or 1 if anything is
 * @throws UnknownImage
 */
export async function reportCheck({ image, json, out, aside, clock, ...options }: ReportOptions): Promise<number> {
  const of = image === undefined ? undefined : parseImage(image)
  if (image !== undefined && !of) throw new UnknownImage(`${image} names no image: write team/app, team/app:v1 or team/app@sha256:…`)
  let told = clock()
  const checked = await check({
    ...options,
    breadth,
    of,
    progress({ problems, ...counts }) {
      if (clock() - told < patience) return
      told = clock()
      aside(`${describeCounts(counts, problems)}, so far\n`)
    },
  })
  if (of && checked.repositories === 0) throw new UnknownImage(`there is no repository ${of.name} in this storage`)
  out(json ? `${JSON.stringify({ deep: options.deep, ...checked }, null, 2)}\n` : linesOf(checked))
  return checked.problems.length > 0 ? 1 : 0
}

const linesOf = ({ problems, ...counts }: Checked) =>
  [...problems.map(describeProblem), describeCounts(counts, problems.length)].map(line => `${line}\n`).join('')
