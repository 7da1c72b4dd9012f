export { type AddEnvironmentsOptions, addEnvironments } from './add-environments.ts'
export { RegistryStack, type RegistryStackProps } from './app-stack.ts'
export { grantImages, type ImagesGrant } from './bucket/grant-images.ts'
export { RegistryBucket, type RegistryBucketProps } from './bucket/registry-bucket.ts'
export { RegistryDataStack, type RegistryDataStackProps } from './data-stack.ts'
export { FargateHost, type FargateHostProps, type FargateOptions } from './host/fargate-host.ts'
export type {
  HostMetrics,
  HostNetwork,
  HostOutput,
  HostProps,
  HostTarget,
  RegistryHost,
  RegistryImage,
  RegistryProcess,
  SecretField,
  StandbyProcess,
} from './host/host.ts'
export { InstanceHost, type InstanceHostProps, type KeptAddress } from './host/instance-host.ts'
export type { MonitoringOptions } from './monitoring/monitoring.ts'
export { type IRegistry, Registry, type RegistryAttributes, type RegistryProps } from './registry.ts'
export type { StandbyOptions } from './standby.ts'
