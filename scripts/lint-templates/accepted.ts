import type { Explanation } from './finding.ts'

/** What cfn-lint and checkov find in the shipped environments, and why it is as it is. */
export const accepted: readonly Explanation[] = [
  {
    rule: 'W3005',
    resource: /^RegistryMonitoring/,
    why: 'All that watches is made after the whole host, since silence is an alarm too; that some of it names a part of the host adds nothing to that.',
  },
  {
    rule: 'W3011',
    resource: /^Certificate/,
    why: 'A certificate holds nothing: one that is replaced or deleted is made again, by the same records.',
  },
  {
    rule: 'CKV_AWS_18',
    resource: /^LogsBucket/,
    why: 'A bucket of access logs that logs its own accesses would never come to rest.',
  },
  {
    rule: 'CKV_AWS_18',
    resource: /^Images$/,
    why: 'By `storage.accessLogs`: the registry logs who pulled and pushed what, and nobody else opens the bucket.',
  },
  { rule: 'CKV_AWS_21', resource: /^LogsBucket/, why: 'Logs are written once, and expire.' },
  { rule: 'CKV_AWS_21', resource: /^Images$/, why: 'By `storage.undoDays`: versions of what was deleted are paid for.' },
  {
    rule: 'CKV_AWS_26',
    why: 'Alarms name figures and thresholds, nothing secret; CloudWatch could not write to a topic with the key that SNS has by itself.',
  },
  {
    rule: 'CKV_AWS_65',
    why: 'Container Insights costs more than the tasks of a small registry, whose own figures come from its log.',
  },
  {
    rule: 'CKV_AWS_88',
    resource: /^RegistryHostTemplate/,
    why: 'Clients reach the instance at its address, and a NAT gateway costs twice as much as all of it; its security group admits three ports.',
  },
  {
    rule: 'CKV_AWS_91',
    why: 'By `host.accessLogs`, off in one of the environments: the registry itself logs each request, with the user.',
  },
  {
    rule: 'CKV_AWS_111',
    resource: /^RegistryHostRole/,
    why: 'Session Manager’s channels know no resources; figures are bound to one namespace, and an address to the instances of this host.',
  },
  {
    rule: 'CKV_AWS_149',
    why: 'Secrets Manager encrypts with its own key; one of the account’s costs more than the secret, and opens it to no fewer.',
  },
  { rule: 'CKV_AWS_158', why: 'CloudWatch Logs encrypts with its own key, and no password or token is logged.' },
  {
    rule: 'CKV_AWS_260',
    why: 'Port 80 leads to HTTPS, and on the instance shows the proofs for the certificate; nothing is served there.',
  },
]
