import { cp, mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { expect, it } from 'vitest'
import { node24 } from '../../../scripts/node24.ts'
import { nodeImageArchive } from '../support/node-image.ts'
import { root } from '../support/paths.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { terraformProvider } from '../support/terraform-provider.ts'
import { bareHost, startBareHost } from './support/bare-host.ts'
import { readmeCommands } from './support/readme-commands.ts'

const source = 'kreuzwerker/docker'
const version = '3.6.2'
const provider = await terraformProvider(source, version)
const { promised, deploying, commands } = readmeCommands()

const numbers = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']

it('the README says how many commands a deployment takes', () => {
  expect(deploying).toBeGreaterThan(0)
  expect(promised).toBe(numbers[deploying])
})

suite('on a host with nothing but Docker, Node.js and Terraform', [...bareHost, provider], () => {
  it("the README's own commands end with an image in the registry", { timeout: 1_200_000 }, async () => {
    expect(commands.at(-1)).toMatch(/^docker push /)
    const folder = await temporaryFolder()
    const [copy, node, host, terraform] = ['copy', 'node', 'host', 'terraform'].map(part => join(folder, part)) as [
      string,
      string,
      string,
      string,
    ]
    for (const part of [node, host, terraform]) await mkdir(part)
    await cp(root, copy, { recursive: true, filter: from => !made.test(basename(from)) })
    // What Terraform finds here, found there again.
    await writeFile(join(terraform, 'main.tf.json'), JSON.stringify({ terraform: { required_providers: { docker: { source, version } } } }))
    await run('terraform', ['init', '-input=false'], { cwd: terraform, env: { CHECKPOINT_DISABLE: '1' } })

    const onHost = await startBareHost({
      folder: host,
      images: { 'node:24-slim': await nodeImageArchive({ node: await node24(), folder: node }) },
      providers: join(terraform, '.terraform/providers'),
    })
    const pushed = commands.at(-1)?.split(' ').at(-1)
    const said = await onHost([...commands, `docker rmi ${pushed}`, `docker pull ${pushed}`].join('\n'), copy)

    expect(said).toMatch(/digest: sha256:\w{64} size: \d+\n[\s\S]*Status: Downloaded newer image/)
  })
})

/** What a fresh copy of the repository has not. */
const made = /^(node_modules|dist|data|coverage|cdk\.out|cdktf\.out|export|\.git|\.gen|\.terraform|\.vitest|terraform\..*tfstate.*)$/
