import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exportEnvironment } from '../../../lib/terraform/export-environment.ts'
import { stubAppFolder } from '../support/app-folder.ts'
import { mark, markSecrets } from '../support/marked-secrets.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { dockerEnvironment, template } from './synthesize.ts'

markSecrets()

const environment = dockerEnvironment('try', 'storage: {driver: filesystem}')
const options = { appFolder: stubAppFolder() }
const exported = (folder = temporaryFolder()) => {
  const folders = exportEnvironment(environment, folder, options)
  return { folder, folders, read: (stack: string) => readFileSync(join(folder, stack, 'main.tf.json'), 'utf8') }
}

test('a folder for each stack, the data first', () => {
  const { folder, folders } = exported()

  expect(folders).toEqual([join(folder, 'registry-try-data'), join(folder, 'registry-try')])
  expect(readdirSync(folder).toSorted()).toEqual(['registry-try', 'registry-try-data'])
})

test('the files that the image is built from are with it', () => {
  const { folder, read } = exported()
  const { context } = JSON.parse(read('registry-try')).resource.docker_image.registry.build

  expect(existsSync(join(folder, 'registry-try', context, 'Dockerfile'))).toBe(true)
})

test('the states lie beside the folders', () => {
  const { read } = exported()

  const { terraform, data } = JSON.parse(read('registry-try'))
  const other = data.terraform_remote_state['registry-try-data']
  expect(terraform.backend).toEqual({ local: { path: '../terraform.registry-try.tfstate' } })
  expect(other.config).toEqual({ path: '../terraform.registry-try-data.tfstate' })
  expect(other.lifecycle.precondition[0].condition).toBe(
    template(`fileexists("${template('path.module')}/../terraform.registry-try-data.tfstate")`),
  )
})

test('the states lie there too when the kit is started in a folder whose name has spaces', () => {
  const cwd = process.cwd()
  const home = join(temporaryFolder(), 'my registry')
  mkdirSync(home)
  process.chdir(home)
  try {
    expect(exported().read('registry-try')).not.toContain('my registry')
  } finally {
    process.chdir(cwd)
  }
})

test('there is nothing of cdktf in it, no secret, and no path of this machine', () => {
  const { read, folder } = exported()
  for (const stack of ['registry-try', 'registry-try-data']) {
    for (const word of ['"//"', 'cdktf', mark, process.cwd(), folder]) expect(read(stack)).not.toContain(word)
  }
})

test('again, it replaces what it wrote, and leaves what Terraform did', () => {
  const { folder } = exported()
  for (const name of ['.terraform.lock.hcl', 'left-over.tf']) writeFileSync(join(folder, 'registry-try', name), '')
  writeFileSync(join(folder, 'terraform.registry-try.tfstate'), 'state')
  exported(folder)

  expect(readdirSync(join(folder, 'registry-try')).toSorted()).toEqual(['.terraform.lock.hcl', 'assets', 'main.tf.json'])
  expect(readFileSync(join(folder, 'terraform.registry-try.tfstate'), 'utf8')).toBe('state')
})

test('what the outputs tell to type is found from the folder of the stack', () => {
  const folder = temporaryFolder()
  exportEnvironment(dockerEnvironment('signed', 'storage: {driver: filesystem}\ncertificate: {by: self-signed}'), folder, options)
  const { output } = JSON.parse(readFileSync(join(folder, 'registry-signed', 'main.tf.json'), 'utf8'))

  for (const { value } of [output.password_command, output.trust_command]) {
    const [, place = ''] = /terraform -chdir=(\S+) output -raw \w+/.exec(value) ?? []
    expect(existsSync(join(folder, 'registry-signed', place, 'main.tf.json')), value).toBe(true)
  }
})
