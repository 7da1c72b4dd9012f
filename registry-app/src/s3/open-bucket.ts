import { answerError, errorCode } from './answer-error.ts'
import { attempt, type Connection } from './attempt.ts'
import type { Dialect, S3Answer, S3Bucket, S3Call, S3Opened } from './bucket.ts'
import { signerChoice } from './choose-signer.ts'
import { withContentMd5 } from './content-md5.ts'
import { endpointOf } from './endpoint.ts'
import { S3Error } from './errors.ts'
import { heardTime } from './heard-time.ts'
import { newObjectHeaders } from './new-object.ts'
import type { RetryLimits, S3Options, Surroundings, Timeouts } from './options.ts'
import { readText } from './read-text.ts'
import { type Attempt, firstPatience, retries } from './retries.ts'
import { storeClock } from './store-clock.ts'
import { openTransport } from './transport.ts'

const defaultTimeouts: Timeouts = { connect: 10_000, answer: 30_000, slowAnswer: 300_000, stall: 30_000 }
const defaultRetries: RetryLimits = { attempts: 8, time: 60_000 }

/** A client of one bucket. Nothing is asked of the store yet. @throws TypeError if the endpoint is no address of a server */
export async function openBucket(options: S3Options, surroundings: Surroundings): Promise<S3Bucket> {
  const { bucket, region, connections = 100, skipVerify = false } = options
  const limits = { ...defaultRetries, ...options.retries }
  const timeouts = { ...defaultTimeouts, ...options.timeouts }
  timeouts.stall = Math.min(timeouts.stall, firstPatience(limits.time))
  const endpoint = endpointOf(options)
  const transport = await openTransport({ origin: endpoint.origin, connections, timeouts, ca: options.ca, skipVerify })
  const again = retries(limits, surroundings)
  const clock = storeClock(surroundings.now)
  const heard = heardTime(surroundings.clock)
  const userAgent = options.userAgent ?? 'bucket-registry'
  const dialect: Dialect = { list: options.listing === 'auto' ? undefined : options.listing, deleteMany: true }
  const signer = signerChoice(options.signing ?? 'v4', region, signer => bucketThat(async () => signer))

  function bucketThat(chosen: typeof signer): S3Bucket {
    const connection: Connection = {
      bucket,
      region,
      userAgent,
      endpoint,
      transport,
      timeouts,
      now: surroundings.now,
      clock: surroundings.clock,
      hear: heard.hear,
      observe: options.observe,
      identity: async () => ({ signer: await chosen(), credentials: await options.credentials(), date: clock.now() }),
    }

    function run<Result>(call: S3Call, work: (attempt: Attempt) => Promise<Result>): Promise<Result> {
      const inTime = async (one: Attempt) => {
        try {
          return await work(one)
        } catch (error) {
          if (error instanceof S3Error && clock.follow(error)) return work(one)
          throw error
        }
      }
      return again.run(inTime, { signal: call.signal, after: call.after })
    }

    return {
      name: bucket,
      newObject: newObjectHeaders(options),
      dialect,
      open: call => run<S3Opened>(call, one => attempt(connection, call, one)),
      async send(given) {
        const call = options.contentMd5 ? await withContentMd5(given) : given
        return run<S3Answer>(call, async one => whole(connection, call, await attempt(connection, call, one)))
      },
      error: (call, answer, reason) => failed(connection, call, answer, reason),
      identity: connection.identity,
      endpoint: other => (other === undefined ? endpoint : endpointOf({ ...options, endpoint: other })),
      heardTime: heard.now,
      close: () => transport.close(),
    }
  }

  return bucketThat(signer)
}

/** Copies, and the end of an upload in parts, may take long: then the status says 200 before it is known, and an error comes as the body. */
async function whole(connection: Connection, call: S3Call, opened: S3Opened): Promise<S3Answer> {
  if (opened.code !== undefined) return opened
  const text = opened.text || (await readText(opened.body))
  const answer = { ...opened, text }
  if (!/^\s*(?:<\?xml[^>]*>\s*)?<Error[\s>]/.test(text)) return answer
  const code = errorCode(answer)
  if (call.expects?.(answer.status, code)) return { ...answer, code }
  throw failed(connection, call, answer)
}

function failed(connection: Connection, call: S3Call, answer: S3Answer, reason?: string): S3Error {
  return answerError(call, { ...connection, now: connection.now() }, answer, reason)
}
