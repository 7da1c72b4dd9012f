import { existsSync } from 'node:fs'
import { bad, type Finding, good, lacking, skipped } from '../../registry-app/src/doctor/probe.ts'
import type { CdktfEnvironment } from '../environment/environment.ts'
import { reach } from '../environment/reach.ts'
import { reachConfig } from '../environment/reach-config.ts'
import { type Answer, askWhoAnswers } from './ask-who-answers.ts'
import type { Check, Surroundings } from './check.ts'
import { addressesOf, deployedDomain } from './domain.ts'
import { askEngine, EngineRefusal } from './engine-api.ts'
import { publishedPorts } from './ports.ts'

/** Whether there will be a certificate: what asks for it gets through, or what it is made of is there. */
export const certificate: Check = {
  name: 'certificate',
  async ask(environment, surroundings) {
    const { certificate } = reach(environment)
    switch (certificate.by) {
      case 'letsencrypt':
        return challenge(environment, surroundings)
      case 'files':
        return filesAreThere(environment, surroundings)
      case 'proxy':
        return certificate.network === undefined
          ? skipped('the proxy has it')
          : networkIsThere(environment, certificate.network, surroundings)
      case 'self-signed':
        return good('the data stack makes it; trust_command, which the deployment prints, makes clients trust it')
      case 'none':
        return skipped('there is none')
    }
  },
}

/**
 * Let's Encrypt asks at ports 443 and 80 of the name, and one of them is enough. A free port is listened at for a moment, and asked by the name:
 * what comes back here would come to the registry.
 */
async function challenge(environment: CdktfEnvironment, surroundings: Surroundings): Promise<Finding> {
  const domain = deployedDomain(environment, surroundings) ?? ''
  const ports = publishedPorts(environment)
  const [address] = await addressesOf(domain, surroundings)
  if (address === undefined) {
    return lacking(`who asks at ${ports.join(' and ')} of ${domain} gets nowhere until the name leads to the host`)
  }
  const here = environment.host.uri.startsWith('unix:') && !environment.host.instance
  const answers = await Promise.all(
    ports.map(async port => ({ port, answer: await askWhoAnswers({ address, port, domain, here, signal: surroundings.signal }) })),
  )
  const says = answers.map(({ port, answer }) => `${port}: ${words[answer]}`).join('; ')
  const some = (...wanted: readonly Answer[]) => answers.some(({ answer }) => wanted.includes(answer))
  if (some('here', 'registry')) {
    return answers.every(({ answer }) => answer === 'here' || answer === 'registry')
      ? good(`${domain} at ${address} leads here: ${says}`)
      : lacking(`${domain} at ${address} leads here by one port, which is enough: ${says}`)
  }
  if (some('silent', 'untried'))
    return lacking(`whether the authority gets through to ${domain} at ${address} is not seen from here: ${says}`)
  return bad(`the authority would not get through to ${domain} at ${address}: ${says}; one of the ports must lead to the host`)
}

const words: Readonly<Record<Answer, string>> = {
  here: 'leads to this machine',
  registry: 'a registry answers',
  other: 'something else answers',
  refused: 'refused, so it is another machine, or a way that is not there yet',
  silent: 'nothing answers, as behind a firewall',
  untried: 'nothing listens there yet',
}

function filesAreThere(environment: CdktfEnvironment, surroundings: Surroundings): Finding {
  if (!environment.host.uri.startsWith('unix:') || environment.host.instance) return skipped('the files are on another machine')
  const domain = deployedDomain(environment, surroundings)
  const { tls } = reachConfig({ ...environment, ...(domain === undefined ? {} : { domain }) }).http
  const files = Object.values(typeof tls === 'object' && tls !== null ? tls : {}).map(String)
  const missing = files.filter(file => !existsSync(file))
  if (missing.length === 0) return good(`${files.join(' and ')} are there`)
  return bad(
    `${missing.join(' and ')} cannot be seen on this machine: have certbot make them, or name others by certificate.certificate and key`,
  )
}

async function networkIsThere({ host }: CdktfEnvironment, network: string, { signal }: Surroundings): Promise<Finding> {
  try {
    await askEngine(host, `/networks/${encodeURIComponent(network)}`, signal)
    return good(`the proxy has it, and finds the registry in the network ${network}`)
  } catch (cause) {
    if (!(cause instanceof EngineRefusal) || cause.status !== 404) throw cause
    return bad(`there is no network ${network}: the proxy's own must be there before, or docker network create ${network}`)
  }
}
