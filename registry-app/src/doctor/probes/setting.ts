import type { S3Answer, S3Call } from '../../s3/bucket.ts'
import type { Patient } from '../patient.ts'

/**
 * A setting of the bucket, in XML.
 *
 * @param asked `expects`: which failures are answers like any other. By default all of them: many stores know no such setting, and many keys may not ask
 */
export async function settingOf(
  { bucket, signal }: Pick<Patient, 'bucket' | 'signal'>,
  { expects = () => true, ...asked }: Pick<S3Call, 'operation' | 'query' | 'expects'>,
): Promise<S3Answer> {
  return (await bucket()).send({ ...asked, method: 'GET', expects, signal })
}
