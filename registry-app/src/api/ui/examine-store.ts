import { RegistryError } from '../../registry/errors.ts'
import type { Context } from '../context.ts'
import { json, type Reply } from '../reply.ts'
import { answerOf, doctorFor } from './show-doctor.ts'

/** `POST /v2/_bucket-registry/ui/doctor`: has the doctor look at the bucket, unless he does so already; 202 with what `GET` answers. */
export async function examineStore(context: Context): Promise<Reply> {
  const doctor = doctorFor(context)
  if (doctor.examines !== 'yes') throw new RegistryError('UNSUPPORTED', { reason: reasons[doctor.examines] })
  await doctor.examinations?.begin(context.caller?.name)
  return { ...json(await answerOf(doctor)), status: 202 }
}

const reasons = {
  'no-store': 'the images are not in a bucket: there is no store to examine',
  'read-only': 'the registry is in read-only mode (storage.maintenance.readonly), and an examination writes',
  off: 'examinations are switched off (ui.doctor.enabled)',
} as const
