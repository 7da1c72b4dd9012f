import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { expect, test } from 'vitest'
import { grantImages } from '../../../lib/aws/bucket/grant-images.ts'
import { testApp } from './synthesize.ts'

/**
 * What S3 asks for each operation of the registry's client.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
const asked: Readonly<Record<string, readonly string[]>> = {
  AbortMultipartUpload: ['s3:AbortMultipartUpload'],
  CompleteMultipartUpload: ['s3:PutObject'],
  CopyObject: ['s3:GetObject', 's3:PutObject'],
  CreateMultipartUpload: ['s3:PutObject'],
  DeleteObject: ['s3:DeleteObject'],
  DeleteObjects: ['s3:DeleteObject'],
  GetBucketLifecycleConfiguration: ['s3:GetLifecycleConfiguration'],
  GetBucketLocation: ['s3:GetBucketLocation'],
  GetBucketVersioning: ['s3:GetBucketVersioning'],
  GetObject: ['s3:GetObject'],
  HeadObject: ['s3:GetObject'],
  ListMultipartUploads: ['s3:ListBucketMultipartUploads'],
  // The doctor asks, and does without: versions undo what is done by the registry's own keys.
  ListObjectVersions: [],
  ListObjects: ['s3:ListBucket'],
  PutObject: ['s3:PutObject'],
  UploadPart: ['s3:PutObject'],
  UploadPartCopy: ['s3:GetObject', 's3:PutObject'],
}

function operations(): readonly string[] {
  const folder = 'registry-app/src'
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'))
  const found = files.flatMap(name =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(/\boperation: '(\w+)'/g)].map(([, name = '']) => name),
  )
  return [...new Set(found)].toSorted()
}

test('the registry may do what its client does, and nothing else', () => {
  const stack = new Stack(testApp(), 'mine')
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') })
  grantImages(role, { bucket: Bucket.fromBucketName(stack, 'Images', 'images') })
  const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
  const granted = policy?.Properties.PolicyDocument.Statement.flatMap(({ Action }: { Action: string | string[] }) => Action)

  expect(operations()).toEqual(Object.keys(asked))
  expect(granted.toSorted()).toEqual([...new Set(operations().flatMap(operation => asked[operation] ?? []))].toSorted())
})
