import { json, type Reply } from './reply.ts'

/** end-1: `GET /v2/` (OCI distribution specification, "Determining Support"). */
export async function checkSupport(): Promise<Reply> {
  return json({})
}
