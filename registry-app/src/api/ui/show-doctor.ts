import { RegistryError } from '../../registry/errors.ts'
import type { Ui } from '../../ui/ui.ts'
import type { Context } from '../context.ts'
import { json, type Reply } from '../reply.ts'
import { administers, uiOf } from './ui-of.ts'

/**
 * `GET /v2/_bucket-registry/ui/doctor`: what the doctor has said of the bucket, to those who may `administer` every repository.
 *
 * Costs one read.
 */
export async function showDoctor(context: Context): Promise<Reply> {
  return json(await answerOf(doctorFor(context)))
}

/** @throws RegistryError DENIED */
export function doctorFor(context: Context): Ui['doctor'] {
  const { doctor } = uiOf(context)
  if (!administers(context)) throw new RegistryError('DENIED', { reason: 'this takes somebody who may administer every repository' })
  return doctor
}

export async function answerOf({ examines, examinations }: Ui['doctor']) {
  const { running, failed, diagnosis } = (await examinations?.last()) ?? { running: false, failed: false }
  return { examines, running, failed, last: diagnosis && { ...diagnosis, at: new Date(diagnosis.at).toISOString() } }
}
