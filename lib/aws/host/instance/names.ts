/** The tag of a host's instances; their right to take the address goes by it. */
export const instanceTag = 'bucket-registry.host'

/** Of what instances measure in CloudWatch. */
export const metricNamespace = 'bucket-registry'
