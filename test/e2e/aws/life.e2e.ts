import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { changeFile, onKeptBucket } from '../../support/change-file.ts'
import { writeLayers } from '../clients/layers.ts'
import { aws, CdkProject } from '../support/cdk/cdk-project.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { tool } from '../support/tool.ts'
import { account, type TrialEnvironment, trialEnvironment } from './account.ts'

const crane = await tool('crane')

/** Milliseconds that one step may take: a certificate, a load balancer, a deregistration. */
const step = 3_600_000

/** The whole life of a registry on a real account. What it costs, it costs from the first step until the last: some cents an hour, and a month's zone and secrets in parts. */
suite('a registry on a real account', [account, aws, crane], () => {
  let trial: TrialEnvironment
  let project: CdkProject
  let outputs: Record<string, string> = {}
  let begun = false

  const named = () => trial.environment.name
  const [dataStack, appStack] = [() => `registry-${named()}-data`, () => `registry-${named()}`]
  const image = () => `${outputs.url?.replace('https://', '')}/e2e/life:v1`
  const signedIn = () => ({ env: { DOCKER_CONFIG: join(project.folder, 'crane') } })
  const validate = () => run(crane.path, ['validate', '--remote', image()], signedIn())

  async function deploy(): Promise<void> {
    outputs = (await project.deploy(dataStack(), appStack()))[appStack()] ?? {}
    const env = { PATH: `${dirname(aws.path)}:${process.env.PATH}` }
    const { username, password } = JSON.parse(await run('sh', ['-c', outputs.passwordCommand ?? ''], { env }))
    const registry = new URL(outputs.url ?? '').host
    await run(crane.path, ['auth', 'login', registry, '--username', username, '--password', password], signedIn())
  }

  beforeAll(async () => {
    trial = await trialEnvironment()
    project = new CdkProject(await temporaryFolder())
    await project.begin()
    await project.write(named(), trial.text)
    // Whatever somebody has deployed already is neither changed nor destroyed.
    for (const stack of [dataStack(), appStack()]) {
      const found = await project.aws('cloudformation', 'describe-stacks', '--stack-name', stack).catch(() => undefined)
      if (found !== undefined) throw new Error(`${stack} is there already: this suite needs an environment that was never deployed`)
    }
    const findings = await project.preflight(named())
    expect(Object.entries(findings).filter(([, finding]) => finding?.verdict === 'bad')).toEqual([])
    expect(findings.bucket?.says).toContain('is free')
    begun = true
    process.stderr.write(
      `\nDeploying ${named()} to a REAL ACCOUNT in ${trial.environment.host.region}: this costs money until the suite has ended.\n`,
    )
  }, step)

  afterAll(async () => {
    if (!begun) return
    await project.cdk('destroy', '--force', appStack(), dataStack())
    // Its name was free before the suite began, so what is in it is the suite's.
    await run(aws.path, ['s3', 'rb', `s3://${trial.environment.storage.bucket}`, '--force'])
  }, step)

  it('deploys both stacks, and answers by its name', { timeout: step }, async () => {
    await deploy()
    expect((await fetch(`${outputs.url}/v2/`)).status).toBe(401)
  })

  it('takes an image, and gives it back', { timeout: step }, async () => {
    const layers = await writeLayers(join(project.folder, 'layers'), [20_000_000, 1000])
    await run(
      crane.path,
      ['append', '--oci-empty-base', ...layers.flatMap(layer => ['--new_layer', layer]), '--new_tag', image()],
      signedIn(),
    )
    await validate()
  })

  it('is updated while images are pulled all the time', { timeout: step }, async () => {
    await project.write(named(), changeFile(trial.text, { 'registry.log.level': 'debug' }))
    const failures: unknown[] = []
    let [pulls, ended] = [0, false]
    const pulling = (async () => {
      while (!ended) {
        await validate().catch(cause => failures.push(cause))
        pulls += 1
      }
    })()
    await deploy()
    ended = true
    await pulling
    expect(pulls).toBeGreaterThan(5)
    // An instance's address moves from the old one to the new one, and whoever is connected at that moment begins again.
    expect(failures.length, String(failures[0])).toBeLessThanOrEqual(trial.environment.host.kind === 'fargate' ? 0 : 2)
    await validate()
  })

  it('is destroyed, and its bucket stays', { timeout: step }, async () => {
    await project.cdk('destroy', '--force', appStack(), dataStack())
    expect((await project.preflight(named())).bucket).toMatchObject({
      verdict: 'bad',
      says: expect.stringContaining('storage.existing: true'),
    })
  })

  it('comes back on the bucket that was kept, with all that was in it', { timeout: step }, async () => {
    await project.write(named(), onKeptBucket(trial.text))
    await deploy()
    await validate()
  })
})
