import { parseXml, type XmlElement } from '../../../registry-app/src/s3/xml.ts'

export interface Refusal {
  readonly service: string
  readonly action: string
  readonly status: number
  /** AWS's own word for it, such as `AccessDeniedException`. */
  readonly code: string
  readonly words: string
}

/** What AWS answers in place of what it was asked. */
export class AwsRefusal extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    const { service, action, code, words } = refusal
    super(`${service} answers ${action} with ${code}${words === '' ? '' : `: ${words}`}`)
    this.refusal = refusal
  }

  /** Whoever asks may not: that says nothing of who deploys, who may be somebody else. */
  get isDenied(): boolean {
    return /AccessDenied|UnauthorizedOperation|NotAuthorized/.test(this.refusal.code)
  }
}

/** Its code and its words, in whichever of the protocols. */
export function refusalIn(text: string): Pick<Refusal, 'code' | 'words'> {
  const found = text.trimStart().startsWith('<') ? inXml(text) : inJson(text)
  return { code: found.code || 'no code', words: found.words }
}

function inJson(text: string): Pick<Refusal, 'code' | 'words'> {
  try {
    const answer: unknown = JSON.parse(text)
    if (typeof answer !== 'object' || answer === null) return { code: '', words: text.slice(0, 200) }
    const { __type = '', message, Message = message } = answer as Readonly<Record<string, unknown>>
    // Some services put their namespace before it, others an address behind it.
    return { code: String(__type).replace(/^.*#|:.*$/g, ''), words: String(Message ?? '') }
  } catch {
    return { code: '', words: text.slice(0, 200) }
  }
}

function inXml(text: string): Pick<Refusal, 'code' | 'words'> {
  try {
    const root = parseXml(text)
    return { code: first(root, 'Code') ?? '', words: first(root, 'Message') ?? '' }
  } catch {
    return { code: '', words: text.slice(0, 200) }
  }
}

function first({ name, text, children }: XmlElement, wanted: string): string | undefined {
  if (name === wanted) return text
  for (const child of children) {
    const found = first(child, wanted)
    if (found !== undefined) return found
  }
  return undefined
}
