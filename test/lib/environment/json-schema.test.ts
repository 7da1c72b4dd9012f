import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { environmentJsonSchema, schemaComment } from '../../../lib/environment/json-schema.ts'

test('the JSON Schema says what the schema says', async () => {
  await expect(environmentJsonSchema()).toMatchFileSnapshot('../../../environments/environment.schema.json')
})

test('it has descriptions and defaults for both engines', () => {
  const text = environmentJsonSchema()

  expect(text).toContain('"description": "Deployed by AWS CDK, to AWS."')
  expect(text).toContain('"description": "Deployed by CDK for Terraform, to a Docker engine."')
  expect(text).toContain('"default": "retain"')
})

test.each(readdirSync('environments').filter(name => name.endsWith('.yml')))('%s names it, so that editors find it', name => {
  expect(readFileSync(join('environments', name), 'utf8').split('\n', 1)).toEqual([schemaComment])
})
