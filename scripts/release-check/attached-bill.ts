import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import { z } from 'zod'
import { cycloneDx } from '../../lib/release/media-types.ts'

const referrers = z.object({ manifests: z.array(z.object({ digest: z.string(), artifactType: z.string() })) })
const artifact = z.object({ artifactType: z.literal(cycloneDx), layers: z.tuple([z.object({ digest: z.string() })]) })
const bill = z.object({ components: z.array(z.unknown()).min(1, 'it names no components') })

/**
 * Reads the bill of materials that refers to an image, as scanners find it.
 *
 * @param read gets a document by its path below the repository
 * @param subject the digest of the image, or of that of one platform
 * @returns how many components it names
 * @throws Error that says what is wrong with it
 */
export async function checkAttachedBill(read: (path: string) => Promise<unknown>, subject: string): Promise<number> {
  const { manifests } = referrers.parse(await read(`referrers/${subject}`))
  const [found, ...others] = manifests.filter(({ artifactType }) => artifactType === cycloneDx)
  if (!found || others.length > 0) throw new Error(`${found ? 'more than one bill' : 'no bill'} of materials refers to ${subject}`)
  const { layers } = artifact.parse(await read(`manifests/${found.digest}`))
  const content = await read(`blobs/${layers[0].digest}`)
  const complaints = await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(JSON.stringify(content))
  if (complaints !== null) throw new Error(`the bill of materials of ${subject} is no CycloneDX 1.6: ${JSON.stringify(complaints)}`)
  const { components } = bill.parse(content)
  return components.length
}
