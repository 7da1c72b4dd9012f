import type { Probe } from './probe.ts'
import { acl } from './probes/acl.ts'
import { addressing } from './probes/addressing.ts'
import { anonymous } from './probes/anonymous.ts'
import { clock } from './probes/clock.ts'
import { conditionalPut } from './probes/conditional-put.ts'
import { copy, partCopy } from './probes/copy.ts'
import { deleteMany } from './probes/delete-many.ts'
import { deleteOne } from './probes/delete-one.ts'
import { slash, slashUnderscore } from './probes/delimiters.ts'
import { expiredDelete } from './probes/expired-delete.ts'
import { get } from './probes/get.ts'
import { head } from './probes/head.ts'
import { lifecycle } from './probes/lifecycle.ts'
import { listV1, listV2 } from './probes/list.ts'
import { multipartEqual, multipartUnequal } from './probes/multipart.ts'
import { presignedV2, presignedV4 } from './probes/presigned.ts'
import { put } from './probes/put.ts'
import { range } from './probes/range.ts'
import { reachable } from './probes/reachable.ts'
import { readAfterWrite } from './probes/read-after-write.ts'
import { region } from './probes/region.ts'
import { signing } from './probes/signing.ts'
import { tls } from './probes/tls.ts'
import { unfinishedUploads } from './probes/unfinished-uploads.ts'
import { versioning } from './probes/versioning.ts'

/** Every question, in the order in which they are asked: what is found first is used by those that follow. */
export const probes: readonly Probe[] = [
  reachable,
  tls,
  clock,
  signing,
  addressing,
  region,
  put,
  get,
  head,
  range,
  anonymous,
  acl,
  listV2,
  listV1,
  slash,
  slashUnderscore,
  deleteOne,
  deleteMany,
  multipartEqual,
  multipartUnequal,
  copy,
  partCopy,
  conditionalPut,
  expiredDelete,
  presignedV4,
  presignedV2,
  readAfterWrite,
  unfinishedUploads,
  versioning,
  lifecycle,
]
