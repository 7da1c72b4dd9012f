import type { HostProps } from './host.ts'

/** An elastic IP of the data stack, so that the address outlives the host. */
export interface KeptAddress {
  readonly allocationId: string
  readonly ip: string
}

export interface InstanceHostProps extends HostProps {
  readonly instanceType: string
  /** The address that the instance associates itself. @default - none: it is reached in its network alone, or through Session Manager */
  readonly address?: KeptAddress
  /** By whom it has a certificate, itself; `none`: plain HTTP. The process's variables say the same to the registry. */
  readonly certificate: 'letsencrypt' | 'none'
}
