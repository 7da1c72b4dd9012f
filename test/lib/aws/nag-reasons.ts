/** Rules of cdk-nag's AwsSolutions that do not hold here, where, and why. What is not among these is a failure. */
export const nagReasons: readonly { readonly rule: string; readonly path: RegExp; readonly reason: string }[] = [
  {
    rule: 'AwsSolutions-S1',
    path: /\/(Images|Logs)\/Bucket/,
    reason:
      'Access logs of the bucket are a choice (storage.accessLogs), since they cost a request for each request; logs of logs would never end.',
  },
  {
    rule: 'AwsSolutions-SMG4',
    path: /\/Secrets\//,
    reason: 'Clients know the password: who changes it tells them. Uploads under way are signed by the other secret.',
  },
  {
    rule: 'AwsSolutions-VPC7',
    path: /\/Network\/Vpc/,
    reason: 'Who asked for what is in the registry’s own log; flow logs would cost more than a small host.',
  },
  {
    rule: 'AwsSolutions-EC23',
    path: /\/Host\/(LoadBalancer|SecurityGroup)/,
    reason: 'A registry on the internet is there for everybody who has a password; network.admit narrows it.',
  },
  {
    rule: 'AwsSolutions-ELB2',
    path: /\/Balancer/,
    reason: 'Access logs are a choice (host.accessLogs): the registry logs each request itself.',
  },
  { rule: 'AwsSolutions-ECS2', path: /\/Host\/Task/, reason: 'No value is secret: secrets come from Secrets Manager by ARN.' },
  {
    rule: 'AwsSolutions-ECS4',
    path: /\/Host\/Cluster/,
    reason: 'CPU, memory and the load balancer’s metrics are free and suffice; Container Insights is charged for each metric.',
  },
  {
    rule: 'AwsSolutions-IAM5',
    path: /\/Host\//,
    reason: 'The objects of one bucket; the repositories of the account, one of which ImageUri can name; actions that know no resource.',
  },
  {
    rule: 'AwsSolutions-AS3',
    path: /\/Host\/Group/,
    reason: 'An alarm says when the host does not answer; how the group replaces it is nobody’s to act on.',
  },
]
