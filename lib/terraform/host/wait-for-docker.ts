import type { CdktfEnvironment } from '../../environment/environment.ts'
import { literal } from '../literal.ts'
import { PlainResource } from '../providers/plain-resource.ts'
import type { TerraformStack } from '../tf.ts'
import { hostKeyOptions, type MadeHost } from './made-host.ts'

/** What is asked of a new host until it answers. The words before the destination are ssh's options. */
export const waitForDocker = `end=$(( $(date +%s) + PATIENCE ))
until docker=$(ssh -o BatchMode=yes -o ConnectTimeout=10 "$@" docker version --format '{{.Server.Version}}' 2>&1); do
  if [ "$(date +%s)" -ge "$end" ]; then
    echo "no Docker answers within $PATIENCE seconds: $docker" >&2
    echo "/var/log/bucket-registry-start.log on the host says why" >&2
    exit 1
  fi
  sleep "\${PAUSE:-10}"
done
echo "Docker $docker answers"`

/** Seconds. A server is there within some minutes, and apt-get may have to wait for the host's own updates. */
const patience = 1200

/** Ends the deployment of a new host when its Docker answers: until then nobody can deploy to it. */
export function waitForHost(stack: TerraformStack, { name, host }: CdktfEnvironment, { user, address, identity }: MadeHost): void {
  const waiting = new PlainResource(stack, 'host-docker', 'terraform_data', { attributes: { triggers_replace: [identity] } })
  const options = [...hostKeyOptions(name, identity), ...host.sshOptions.map(literal)]
  waiting.addOverride('provisioner', [
    {
      'local-exec': {
        // What Terraform calls the command is the last word for the interpreter. As words of their own, none of them is read by the shell.
        interpreter: ['/bin/sh', '-c', literal(waitForDocker), 'wait-for-docker', ...options],
        command: `${user}@${address}`,
        environment: { PATIENCE: String(patience) },
      },
    },
  ])
}
