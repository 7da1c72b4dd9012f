import { type CfnCondition, CfnOutput, CfnParameter, CfnRule, Fn, type Stack } from 'aws-cdk-lib'
import { bucketSettings } from '../../environment/bucket-settings.ts'
import type { AwsBucketStorage } from '../../environment/environment.ts'
import { chosenParameter } from './chosen-parameter.ts'

/** Where the images are, as a deployment says: the parameters of the stack, and where they are empty, the environment's file. */
export interface S3Parameters {
  readonly bucket: CfnParameter
  readonly endpoint: string
  /** Whether the parameter names another store than the file. */
  readonly endpointGiven: CfnCondition
  readonly region: string
  readonly signingVersion: string
  readonly forcePathStyle: string
}

/** Adds the parameters to a stack, and what they come to as its outputs. Both stacks have them. */
export function s3Parameters(stack: Stack, storage: AwsBucketStorage): S3Parameters {
  const { region, regionendpoint, secure, signingversion, forcepathstyle } = bucketSettings(storage).s3
  const inFile = typeof regionendpoint === 'string' ? withScheme(regionendpoint, secure !== false) : ''

  const bucket = new CfnParameter(stack, 'S3Bucket', {
    default: '',
    allowedPattern: '([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?',
    constraintDescription: 'must be the name of a bucket, or empty',
    description: `A bucket that exists, for both stacks. Empty: ${storage.bucket}, as the environment's file says.`,
  })
  const endpoint = chosenParameter(stack, 'S3Endpoint', {
    inFile,
    allowedPattern: '(https?://[^\\s/?#@]+/?)?',
    constraintDescription: 'must be https://host or http://host:port, or empty',
    description: `The address of the store's S3 API. Empty: ${inFile || "Amazon's for the region"}, as the environment's file says.`,
  })
  const signingVersion = chosenParameter(stack, 'S3SigningVersion', {
    inFile: String(signingversion),
    allowedValues: ['', 'v2', 'v4'],
    description: `The version of the signatures, v2 or v4. Empty: ${signingversion}, as the environment's file says.`,
  })
  const { value: regionValue } = chosenParameter(stack, 'S3Region', {
    inFile: String(region),
    allowedPattern: '[\\w-]*',
    constraintDescription: 'must be a region such as eu-west-1, or empty',
    description: `The region that signatures name. Empty: ${region}, as the environment's file says.`,
  })
  // Rules see parameters alone. Where the file names an endpoint there always is one.
  if (inFile === '') {
    new CfnRule(stack, 'S3SigningVersionAndEndpoint', {
      ruleCondition: Fn.conditionEquals(signingVersion.parameter.valueAsString, 'v2'),
      assertions: [
        {
          assert: Fn.conditionNot(Fn.conditionEquals(endpoint.parameter.valueAsString, '')),
          assertDescription: 'S3SigningVersion v2 needs S3Endpoint: Amazon S3 takes version 4 alone.',
        },
      ],
    })
  }
  // A store that is named here keeps buckets in the path, as most do, unless the file says something of addressing.
  const pathStyle = String(forcepathstyle)
  const forcePathStyle =
    storage.addressing === undefined ? Fn.conditionIf(endpoint.given.logicalId, 'true', pathStyle).toString() : pathStyle
  const values = { endpoint: endpoint.value, region: regionValue, signingVersion: signingVersion.value }
  new CfnOutput(stack, 'endpoint', { value: orWord(stack, endpoint, inFile), description: "The address of the store's S3 API." })
  new CfnOutput(stack, 'region', { value: values.region, description: 'The region that signatures name.' })
  new CfnOutput(stack, 'signingVersion', { value: values.signingVersion, description: 'The version of the signatures.' })
  return { bucket, ...values, endpointGiven: endpoint.given, forcePathStyle }
}

/** An output must not be empty. */
function orWord(stack: Stack, { given, parameter }: ReturnType<typeof chosenParameter>, inFile: string): string {
  return Fn.conditionIf(given.logicalId, parameter.valueAsString, inFile || `https://s3.${stack.region}.${stack.urlSuffix}`).toString()
}

const withScheme = (endpoint: string, secure: boolean) =>
  endpoint.includes('://') ? endpoint : `${secure ? 'https' : 'http'}://${endpoint}`
