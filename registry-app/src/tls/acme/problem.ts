/** What an ACME server answers in place of what was asked for: a problem document (RFC 8555, section 6.7). */
export interface ProblemDocument {
  readonly type?: unknown
  readonly detail?: unknown
  readonly subproblems?: unknown
}

/** An ACME server's refusal. The message is its own sentence; `explain.ts` adds what to do. */
export class AcmeProblem extends Error {
  override readonly name = 'AcmeProblem'
  /** The last word of the type: `rateLimited` of `urn:ietf:params:acme:error:rateLimited`. */
  readonly type: string
  readonly status: number
  /** Milliseconds that the server wants to be left in peace, if it says. */
  readonly retryAfter: number | undefined

  constructor(document: ProblemDocument, { status = 0, retryAfter }: { status?: number; retryAfter?: number | undefined } = {}) {
    super(sentence(document) || `the server answered ${status}`)
    this.type = typeof document.type === 'string' ? document.type.replace(/^.*[:/]/, '') : 'unknown'
    this.status = status
    this.retryAfter = retryAfter
  }
}

/** No answer at all. */
export class AcmeUnreachable extends Error {
  override readonly name = 'AcmeUnreachable'
}

/** The server looked for the proof that a name is ours, and did not find it. */
export class ChallengeFailed extends Error {
  override readonly name = 'ChallengeFailed'
  readonly challenge: ChallengeType
  readonly problem: AcmeProblem

  constructor(challenge: ChallengeType, problem: AcmeProblem) {
    super(problem.message)
    this.challenge = challenge
    this.problem = problem
  }
}

export const challengeTypes = ['tls-alpn-01', 'http-01'] as const
export type ChallengeType = (typeof challengeTypes)[number]

/** Of several names the server may have one complaint each. */
function sentence({ detail, subproblems }: ProblemDocument): string {
  const parts: unknown[] = Array.isArray(subproblems) ? subproblems : []
  const details = [detail, ...parts.map(part => (isRecord(part) ? part.detail : undefined))]
  return details
    .filter(each => typeof each === 'string')
    .map(oneLine)
    .join('; ')
}

/** A stranger's words end up in the log and on a page. */
const oneLine = (text: string) =>
  text
    .replace(/[^\x21-\x7e]+/g, ' ')
    .trim()
    .slice(0, 500)

export const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
