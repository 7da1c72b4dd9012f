import type { AddressingStyle } from '../../s3/options.ts'
import { bestWay } from '../patient.ts'
import { bad, good, misconfigured, type Probe } from '../probe.ts'
import { defaultAddressing } from '../way.ts'
import { knock } from './knock.ts'

/** Whether the bucket may stand in the path, and in the host's name. */
export const addressing: Probe = {
  name: 'addressing styles',
  first: true,
  async ask(patient) {
    const { target } = patient
    const answers = { path: await knockAt('path'), virtual: await knockAt('virtual') }
    const usual = defaultAddressing(target)
    const ordered: readonly AddressingStyle[] = usual === 'path' ? ['path', 'virtual'] : ['virtual', 'path']
    const accepted = ordered.filter(style => answers[style].believed)
    const [best] = accepted
    if (best === undefined) return bad(`neither is believed: path (${answers.path.says}), virtual (${answers.virtual.says})`)

    if (target.addressing && !accepted.includes(target.addressing)) {
      const { says } = answers[target.addressing]
      return misconfigured(`it takes ${best} only, and forcepathstyle says ${target.addressing === 'path'} (${says})`, {
        addressing: accepted,
      })
    }
    if (accepted.length > 1) return good('path, and the bucket in the name of the host', { addressing: accepted })
    const other = best === 'path' ? answers.virtual : answers.path
    return good(`${best} only (the other: ${other.says})`, { addressing: accepted })

    function knockAt(style: AddressingStyle) {
      return knock(patient, { ...bestWay(patient), addressing: style })
    }
  },
}
