import { childrenOf, parseXml, textOf, type XmlElement } from '../../s3/xml.ts'
import { bad, good, lacking, type Probe } from '../probe.ts'
import { settingOf } from './setting.ts'

/** The bucket's lifecycle rules. They are read and never changed: they are the whole bucket's. */
export const lifecycle: Probe = {
  name: 'lifecycle',
  without: 'forgotten uploads are taken by the registry alone',
  async ask(patient) {
    const expects = (status: number, code: string | undefined) => status === 501 || code === 'NoSuchLifecycleConfiguration'
    const { status, text } = await settingOf(patient, { operation: 'GetBucketLifecycleConfiguration', query: { lifecycle: '' }, expects })
    if (status === 501) return lacking('the store knows no rules: forgotten uploads are taken by the registry alone')
    const rules = status === 404 ? [] : childrenOf(parseXml(text), 'Rule').filter(rule => textOf(rule, 'Status') === 'Enabled')
    const expiring = rules.find(rule => expiresObjects(rule) && meets(rule, patient.target.root))
    if (expiring)
      return bad(`the rule ${JSON.stringify(textOf(expiring, 'ID') ?? '')} deletes objects by age: images will lose their layers`)
    if (rules.some(abortsUploads)) return good('a rule aborts unfinished uploads')
    return lacking('no rule aborts unfinished uploads: AbortIncompleteMultipartUpload after some days does no harm')
  },
}

const child = (element: XmlElement, name: string) => element.children.find(each => each.name === name)

const abortsUploads = (rule: XmlElement) => child(rule, 'AbortIncompleteMultipartUpload') !== undefined

function expiresObjects(rule: XmlElement): boolean {
  const expiration = child(rule, 'Expiration')
  return expiration !== undefined && (textOf(expiration, 'Days') ?? textOf(expiration, 'Date')) !== undefined
}

/** Whether the rule's objects can be the registry's. Rules by tag are not: it tags nothing. */
function meets(rule: XmlElement, root: string): boolean {
  const filter = child(rule, 'Filter')
  const and = filter && child(filter, 'And')
  if ([filter, and].some(each => each && child(each, 'Tag'))) return false
  const prefix = textOf(and ?? filter ?? rule, 'Prefix') ?? ''
  const ours = root === '' ? 'docker/' : `${root}/docker/`
  return ours.startsWith(prefix) || prefix.startsWith(ours)
}
