import { singleFlight } from '../concurrency/single-flight.ts'
import type { S3Bucket } from './bucket.ts'
import { S3Error } from './errors.ts'
import type { S3Options } from './options.ts'
import { v2Signer } from './sign-v2.ts'
import { v4Signer } from './sign-v4.ts'
import type { Signer } from './signer.ts'

/**
 * The signing version of the configuration or, for `auto`, the one that the store takes: asked at the first call, and remembered.
 *
 * @param bucketBy the same bucket, signed for by one version
 */
export function signerChoice(
  signing: NonNullable<S3Options['signing']>,
  region: string,
  bucketBy: (signer: Signer) => S3Bucket,
): () => Promise<Signer> {
  const v4 = v4Signer(region)
  if (signing !== 'auto') {
    const signer = signing === 'v2' ? v2Signer : v4
    return async () => signer
  }
  let chosen: Signer | undefined
  const ask = singleFlight(() => signerThatIsTaken(v4, v2Signer, bucketBy))
  return async () => {
    chosen ??= await ask()
    return chosen
  }
}

/**
 * Version 4 unless the store refuses it and takes version 2. A store that knows only version 2 may call the other's header unsupported, malformed,
 * or see no signature in it and deny access as to a stranger: so every refusal is a reason to try, and only a success to choose.
 *
 * @throws S3Error if the store is not to be had
 */
async function signerThatIsTaken(v4: Signer, v2: Signer, bucketBy: (signer: Signer) => S3Bucket): Promise<Signer> {
  const refusal = await refusalOf(bucketBy(v4))
  if (!refusal || !isAboutSigning(refusal)) return v4
  return (await refusalOf(bucketBy(v2))) ? v4 : v2
}

/** Lists one object, which the registry must be allowed to anyhow. */
async function refusalOf(bucket: S3Bucket): Promise<S3Error | undefined> {
  try {
    await bucket.send({ operation: 'ListObjects', method: 'GET', query: { 'max-keys': '1' } })
    return undefined
  } catch (error) {
    if (error instanceof S3Error && !error.unavailable) return error
    throw error
  }
}

const isAboutSigning = ({ status = 0 }: S3Error) => [400, 401, 403, 501].includes(status)
