import { type FaultProxy, type FaultProxyOptions, startFaultProxy } from '../../../fault-proxy/fault-proxy.ts'
import { atTheEnd } from '../../support/at-the-end.ts'

/** A proxy of the suite's own, which ends with the tests of the file. To be called in `beforeAll`, after what it stands before. */
export async function faultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const proxy = await startFaultProxy(options)
  atTheEnd(() => proxy.stop())
  return proxy
}
