import { isPassing, oneLine, RegistryFailure } from './http/failure.ts'
import { readAll, retryAfterOf, type WireAnswer } from './http/wire.ts'

/** As much of an answer is read, in bytes. */
const largest = 256 * 1024

/**
 * What a registry says against a request: by the codes and messages of its errors (OCI distribution specification, "Error Codes"); where it has none,
 * in a line of what it answered instead.
 *
 * @param what was asked: `GET https://registry.example/v2/app/tags/list`
 * @param isNobody nobody is known who could sign in there
 */
export async function refusal(
  what: string,
  answer: WireAnswer,
  { isNobody, now }: { isNobody: boolean; now: number },
): Promise<RegistryFailure> {
  const { status } = answer
  const text = await readAll(answer, largest).then(String, () => '')
  const advice = isNobody && (status === 401 || status === 403) ? 'nobody is signed in there: docker login does that' : undefined
  const usual = advice === undefined ? usualReason[status] : undefined
  const said = errorsIn(text) ?? joined(': ', usual, lineIn(text))
  const message = joined(', ', `${what}: ${status}`, joined('; ', said, advice))
  return new RegistryFailure(message, { status, passing: isPassing(status), retryAfter: retryAfterOf(answer, now) })
}

const joined = (between: string, ...parts: readonly (string | undefined)[]) => parts.filter(Boolean).join(between)

const usualReason: Readonly<Record<number, string>> = {
  401: 'the registry wants somebody to sign in, or somebody else',
  403: 'whoever signed in may not do this',
  404: 'there is no such thing',
  413: 'something on the way takes no bodies of this size',
  429: 'too many requests',
}

function errorsIn(text: string): string | undefined {
  try {
    const { errors } = JSON.parse(text) as { errors?: unknown }
    if (!Array.isArray(errors)) return undefined
    const said = errors
      .slice(0, 3)
      .map(({ code, message }: Record<string, unknown>) => oneLine([code, message].filter(each => typeof each === 'string').join(' ')))
    return said.join('; ') || undefined
  } catch {
    return undefined
  }
}

/** Of a store's error its code and its message, of a page its title without the status, of anything else its beginning. */
function lineIn(text: string): string {
  const [, code, message] = /<Code>([^<]*)<\/Code>\s*<Message>([^<]*)/.exec(text) ?? []
  const title = /<title[^>]*>\s*(?:\d{3}\s)?([^<]*)/i.exec(text)?.[1]
  const said = code === undefined ? (title ?? text.replaceAll(/<[^>]*>/g, ' ')) : `${code} ${message}`
  return oneLine(said).slice(0, 200)
}
