import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2'
import { Construct } from 'constructs'
import type { FargateOptions } from './fargate-host.ts'

export interface WebAclProps {
  readonly waf: NonNullable<FargateOptions['waf']>
  readonly loadBalancerArn: string
}

/**
 * AWS WAF before a load balancer.
 *
 * The web ACL that is made has no rule that reads bodies: AWS's common rule set refuses those over 8 KB, which is every layer.
 */
export class WebAcl extends Construct {
  constructor(scope: Construct, id: string, { waf, loadBalancerArn }: WebAclProps) {
    super(scope, id)
    const webAclArn = waf.by === 'arn' ? waf.arn : this.#make(waf.requestsPerFiveMinutes)
    new CfnWebACLAssociation(this, 'Association', { resourceArn: loadBalancerArn, webAclArn })
  }

  #make(limit: number): string {
    const measured = (metricName: string) => ({ cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName })
    const acl = new CfnWebACL(this, 'Acl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: measured('registry'),
      rules: [
        {
          name: 'bad-reputation',
          priority: 0,
          statement: { managedRuleGroupStatement: { vendorName: 'AWS', name: 'AWSManagedRulesAmazonIpReputationList' } },
          overrideAction: { none: {} },
          visibilityConfig: measured('registry-bad-reputation'),
        },
        {
          name: 'too-many-requests',
          priority: 1,
          statement: { rateBasedStatement: { limit, aggregateKeyType: 'IP', evaluationWindowSec: 300 } },
          action: { block: { customResponse: { responseCode: 429 } } },
          visibilityConfig: measured('registry-too-many-requests'),
        },
      ],
    })
    return acl.attrArn
  }
}
