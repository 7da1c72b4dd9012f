import { z } from 'zod'
import { cdkEnvironment, cdktfEnvironment } from './schema.ts'

/** `docs/environments.md`, made of the schema: what the page says is what the loader does. */
export function referencePage(): string {
  return `${head}
## On a Docker engine: \`engine: cdktf\`

${table(cdktfEnvironment)}

${docker}
## On AWS: \`engine: cdk\`

${table(cdkEnvironment)}

${aws}`
}

function table(schema: z.ZodObject): string {
  const rows = [...leaves(schema, [])].map(({ path, leaf }) => {
    const cells = [`\`${path.join('.')}\``, allowed(leaf), defaultOf(leaf), z.globalRegistry.get(leaf)?.description ?? '']
    return `| ${cells.join(' | ')} |`
  })
  return ['| key | value | default | meaning |', '| --- | --- | --- | --- |', ...new Set(rows)].join('\n')
}

/** The keys that hold values, in the schema's order. */
function* leaves(schema: z.core.$ZodType, path: readonly string[]): Generator<{ path: readonly string[]; leaf: z.core.$ZodType }> {
  const inner = sectionWithin(schema)
  if (inner instanceof z.ZodDiscriminatedUnion) {
    for (const option of inner.options) yield* leaves(option, path)
    return
  }
  const entry = inner instanceof z.ZodArray ? inner.element : undefined
  if (entry instanceof z.ZodObject) return yield* leaves(entry, [...path.slice(0, -1), `${path.at(-1)}[]`])
  if (!(inner instanceof z.ZodObject)) return yield { path, leaf: schema }
  for (const [name, child] of Object.entries(inner.shape)) yield* leaves(child, [...path, name])
}

/** A section that need not be given has keys all the same. */
function sectionWithin(schema: z.core.$ZodType): z.core.$ZodType {
  if (!(schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)) return schema
  const inner = schema.unwrap()
  return inner instanceof z.ZodObject || inner instanceof z.ZodDiscriminatedUnion || inner instanceof z.ZodArray ? inner : schema
}

/** What the loader says is allowed, when something is given that never is. */
function allowed(schema: z.core.$ZodType): string {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) return allowed(schema.unwrap())
  if (schema instanceof z.ZodLiteral) return [...schema.values].join(', ')
  const message = z.safeParse(schema, null).error?.issues[0]?.message ?? ''
  return message.replace(/^must be (one of )?/, '')
}

function defaultOf(schema: z.core.$ZodType): string {
  if (schema instanceof z.ZodOptional) return '–'
  if (!(schema instanceof z.ZodDefault)) return 'required'
  const value = z.parse(schema, undefined)
  if (typeof value === 'object') return 'empty'
  return `\`${value}\``
}

const head = `<!-- Generated from lib/environment by \`npx vitest run test/lib/environment -u\`; edit the schema or reference-page.ts, not this page. -->

# Environments

One YAML file in \`environments/\` is one deployed registry, named for its file: \`environments/local.yml\` is the environment \`local\`. Each becomes two stacks:

- \`registry-NAME-data\` holds the images. It is deployed once, and keeps them.
- \`registry-NAME\` is the registry. It can be destroyed and deployed again at any time.

| command | what it does |
| --- | --- |
| \`npm run kit -- init NAME\` | writes the file of a new environment, and asks for whatever no option gives |
| \`npm run kit -- environments\` | lists the environments, and by which engine each is deployed |
| \`npm run kit -- config NAME\` | prints the registry's \`config.yml\` in an environment |
| \`npm run kit -- preflight NAME\` | finds what would make a deployment fail: secrets, engine, ports, bucket, DNS, certificate; on AWS, credentials, bootstrap, quotas and the like; \`--json\` for programs |
| \`npm run kit -- release IMAGE\` | makes the registry's image for ARM and x86 without Docker, and pushes it with its bill of materials ([deploy on AWS](deploy-on-aws.md#the-image-without-docker)) |
| \`npm run kit -- doctor …\` | asks an S3 bucket whether a registry can use it ([providers](providers.md)) |
| \`npx cdktf synth\`, \`npx cdk synth\` | writes what would be deployed to \`cdktf.out\` or \`cdk.out\`, without credentials or network |
| \`npx cdktf deploy registry-NAME-data registry-NAME\`, \`npx cdk deploy registry-NAME-data registry-NAME\` | deploys both stacks of an environment |
| \`npx cdktf diff registry-NAME\`, \`npx cdk diff registry-NAME\` | shows what a deployment would change. Before the first one by cdktf, of \`registry-NAME-data\` alone: the other reads what that has made, and says that it comes first |
| \`npx cdktf destroy registry-NAME\`, \`npx cdk destroy registry-NAME\` | takes the registry away, and leaves the images |
| \`npm run kit -- empty NAME\` | deletes everything in an environment's bucket, once its name was typed |
| \`npm run export -- NAME\` | writes an environment as plain Terraform to \`export/NAME\`, for \`terraform\` or \`tofu\` alone; the commands among its outputs are for the folder of the stack |

\`-c environment=NAME\` (cdk) and \`BUCKET_REGISTRY_ENVIRONMENT=NAME\` (both) restrict a command to one environment; otherwise all of the engine's are read. Both
engines build the app first, by the commands in \`cdk.json\` and \`cdktf.json\`. Beside that, the two stacks of \`aws-fargate\` were synthesized within 5.3 seconds (5.7 of processor
time, of which more than half holds them against CloudFormation's schemas), those of \`swarm\` within 4.2 (2.8), on two cores that were busy with other work.

The file is read as YAML 1.1, as \`config.yml\` is: what is copied from there into \`registry\` means the same here. Everything that is wrong is said at once, with
file, line and column, the value and what is allowed. The registry's own keys are checked as well, before anything is deployed. No secret belongs in the file:
those that the registry knows are refused, and [stand there by name](#secrets-of-the-registry).

Plain HTTP is served to this machine, or within a network of the engine: whatever others reach has a certificate, or a proxy with one before it. On AWS, an instance without
a certificate is reached through Session Manager, or from private ranges that are named.

## Secrets of the registry

Wherever \`registry\` wants a secret (the value of a header, the address of a receiver with a password in it, \`http.secret\`), \`{secret: …}\` stands in its place, and says where it is:

\`\`\`yaml
registry:
  notifications:
    endpoints:
      - {name: scanner, url: https://scanner.example.com/events, headers: {Authorization: [{secret: scanner}]}}
\`\`\`

- On a Docker engine it is a name, \`scanner\`, and the value the variable \`TF_VAR_secret_scanner\`, which has to be given, also to destroy the stack. The registry reads it from a file, in a
  Swarm from one of Docker's secrets; it is in the state of its stack, as other secrets are.
- On AWS it is the ARN of a secret in Secrets Manager whose whole text is the value, such as \`Bearer abc\`. Neither template nor task definition holds it.
  It is encrypted with the account's own key for secrets (\`aws/secretsmanager\`): of another key of KMS, that key's policy has to let the role of the host decrypt by it.
  On Fargate it comes in a variable, whose values are YAML: text that means something else there, such as a leading \`*\`, needs quotes of its own.

One name may stand in several places.

[deploy-anywhere.md](deploy-anywhere.md) and [deploy-on-aws.md](deploy-on-aws.md) go from the first command to \`docker push\`, and back.
`

const docker = `Terraform deploys it (1.11 is what it is tried with), with the providers kreuzwerker/docker 3.6.2, hashicorp/random 3.7.2 for a password and hashicorp/tls 4.1.0 for
\`certificate.by: self-signed\`. The Docker engine builds the image from \`registry-app\`, unless \`image\` names one: five files are sent to it, and the tag is the hash of
their content.

### Parameters

Terraform's variables; the file gives their defaults, and \`TF_VAR_NAME=… npx cdktf deploy …\` sets them.

| variable | meaning |
| --- | --- |
| \`domain\` | the name by which clients reach the registry: certificate and records follow it, within \`dns.zone\` |
| \`replicas\` | how many of it run; more than one in a Swarm, with the images in a bucket |
| \`image\` | what it runs from; empty: what the engine builds. A new version is a new tag or digest: one that was pulled is not looked up again |
| \`image_password\` | for \`image.username\` |
| \`standby_password\`, \`standby_source_password\` | for \`standby.user\` and \`standby.sourceUser\` |
| \`cache_password\`, \`cache_password_PREFIX\` | for \`cache[].user\`, without a prefix and with one |
| \`secret_NAME\` | for \`{secret: NAME}\` in \`registry\` and \`certificate.eab.hmacKey\` |
| \`node_image\` | the image with Node.js that it is built on, \`node:24-slim\` |
| \`registry_password\` | the first user's password, of the data stack; empty: one is made |
| \`s3_endpoint\`, \`s3_region\`, \`s3_signing_version\`, \`s3_bucket\`, \`s3_force_path_style\` | where the images are, in both stacks |
| \`s3_access_key\`, \`s3_secret_key\` | the keys of the bucket; empty: the registry looks where the AWS SDK does |
| \`dns_key_secret\` | the key's secret, for \`dns.by: rfc2136\` |

### Outputs

| output | meaning |
| --- | --- |
| \`url\` | where the registry is reached |
| \`login_command\`, \`password_command\` | how clients sign in, and how the first user's password is read |
| \`certificate_renewal\` | who renews the certificate, and when it ends |
| \`trust_command\` | what makes a Docker engine trust a self-signed authority |
| \`tunnel\` | with an engine by ssh: the command that brings the registry's port here |
| \`service\` | in a Swarm: its name and port in its own network |
| \`dns_records\` | with \`dns.by: manual\`: the lines for the zone |
| \`host_address\`, \`host_user\`, \`host_identity\` | of the data stack: a host that it made |
| \`bucket\`, \`endpoint\`, or \`volume\` | of the data stack: where the images are |
| \`kept\` | of the data stack: what destroying it leaves |

### How it is reached

- **Let's Encrypt** is there with a public \`domain\` and nothing else said. It asks at ports 443 and 80 of the name, which must lead to the host. What it gives is kept with the
  images: a new host finds it there. An ACME server of your own, such as step-ca, is \`certificate.directoryUrl\`, and \`certificate.authority\` the text of its root.
- **Files on the host**: the folder is mounted read-only at its own place. The registry is user and group 65532, and \`certificate.group\` may be another group that can read
  the key (certbot's folders \`live\` and \`archive\` are root's alone, until you open them to it).
- **Self-signed**: authority and key are in the data stack, and stay when the registry is deployed again. \`trust_command\` makes an engine trust it.
- **A proxy**: nginx-proxy with acme-companion and Traefik are told by variables or labels, in the network that \`certificate.network\` names; another one finds the registry at
  \`host.port\` on 127.0.0.1. nginx refuses bodies over 1 MB until \`client_max_body_size 0;\` stands in its \`vhost.d/DOMAIN\`,
  and Traefik, since 2.11.2, ends uploads that last longer than a minute until its entry point has \`transport.respondingTimeouts.readTimeout: 0s\`. To the registry all clients have
  the proxy's address, also where wrong passwords are counted, until \`registry.http.trustedproxies\` names its network.
- **Records** (\`dns\`): by RFC 2136 the key's secret comes as \`TF_VAR_dns_key_secret\`, and gets into no state; Route 53, Cloudflare and NIFCLOUD look into their own variables.
  With \`by: manual\` the output \`dns_records\` has the lines for the zone.
- **The zone has to be there**, and be delegated unless it is a private one; no stack makes one here (with \`engine: cdk\` the data stack does). A zone answers once the zone above, at a registrar, names its
  servers, which a person does; a made one would have other servers each time, and the first certificate would be ordered before anybody finds it. So the stacks make records and
  nothing else in it, and destroying them takes nobody else's. \`npm run kit -- preflight NAME\` asks whether the zone is delegated.
- **Who is served**: wherever others than this machine reach the registry, whoever has a password, unless the file says \`auth: {by: none}\`.

### Where the images are

- **A bucket** is made by the data stack, unless \`existing: true\` says that it is there: on NIFCLOUD, Cloudflare R2 and AWS by the provider's own Terraform provider, everywhere
  else by aminueza/minio 3.6.5, which speaks the S3 API and signs by \`s3_signing_version\`. Where its provider cannot be had, or a store refuses to have a bucket made, make it by
  other means and say \`existing: true\`. R2 also needs \`CLOUDFLARE_API_TOKEN\`. \`npm run kit -- doctor --environment NAME\` asks whether the bucket will do.
- Another \`s3_bucket\` than the file's names one that exists, for both stacks. It is refused once the data stack has made the file's: the images would be left behind. The
  registry's stack looks into the data stack's state, and refuses a bucket that this one does not stand for, also where it is deployed alone. With
  \`existing: true\` the stack forgets a bucket that it made, and leaves it where it is; for that one deployment a bucket by aminueza/minio needs \`MINIO_ENDPOINT=host:port\`,
  \`MINIO_USER\` and \`MINIO_PASSWORD\`, since the file no longer says where it was.
- A bucket on AWS has a rule that aborts uploads in parts after seven days, and R2 does so by itself. The other providers know no such rule: the registry aborts them
  (\`storage.maintenance.uploadpurging\`).
- **Destroying a bucket**: while \`storage.onDestroy\` is \`retain\`, it is refused. With \`empty\`, deployed, it fails as long as anything is in the bucket: destroy the app
  (\`npx cdktf destroy registry-NAME\`), then \`npm run kit -- empty NAME\`, then \`npx cdktf destroy registry-NAME registry-NAME-data\`. The output \`kept\` says which of these it is.

### How it runs

- The container runs as user 65532 with no capabilities on a read-only root, within \`host.memoryMiB\`, restarts unless it is stopped, and keeps 30 MB of log. A deployment is
  done when the health check says that the registry is alive.
- Secrets are files in the container: from a volume that a second container, which never runs, was made to fill; in a Swarm, from Docker's secrets. Another secret is another name,
  and so another registry. They are also in the states of the stacks.
- A change of the configuration replaces the container: for a few seconds nothing answers. In a **Swarm** each new replica is healthy before an old one ends, and if one is
  not, the old ones come back. An image that is built is on the engine that built it: for several nodes, name one that all can pull.
- While \`storage.onDestroy\` is \`retain\`, \`npx cdktf destroy registry-NAME registry-NAME-data\` ends with an error, and the volume stays. With \`delete\`, the images go.
- **State** (\`state\`): in files here, or in a bucket, also of a store that is not Amazon's, if it takes Signature Version 4. Terraform itself reads \`AWS_ACCESS_KEY_ID\` and
  \`AWS_SECRET_ACCESS_KEY\` for it. The lock is an object beside the state; a store without conditional writes needs \`lock: false\`, and then nothing keeps two deployments apart.
- Unless \`state\` says otherwise, it lies in \`terraform.registry-NAME.tfstate\` and \`terraform.registry-NAME-data.tfstate\` in the working directory. Keep them, and to
  yourself: they are how Terraform knows what it made, and they hold keys and passwords. The registry's stack reads password, certificate and bucket from the data stack's: without
  it, it is refused, and says which stack comes first.
- **A host that is made** (\`host.instance\`): the data stack ends when its Docker answers, and hands over where it is. ssh believes the key that the host shows at first, and no
  other later; another host at the same address is another one to it.
- An engine by **tcp** is asked by TLS alone; by **ssh**, the keys and known hosts of whoever deploys count.
- Where no provider registry is reached, \`deploy\` and \`destroy\` need \`--skip-provider-lock\`. \`CHECKPOINT_DISABLE=1\` keeps cdktf from asking for newer versions of itself.
`

const aws = `[Deploy on AWS](deploy-on-aws.md) is the guide: what is made, how it grows, and how it goes. The account and region need \`npx cdk bootstrap\` once.

### Parameters

CloudFormation's parameters: \`npx cdk deploy registry-NAME-data registry-NAME --parameters S3Region=eu-west-2\`. Each is empty unless it is given, and then means what the file
says: an edited file takes effect at the next deployment. What was given stays until it is given empty: \`--parameters S3Region=\`.

| parameter | meaning |
| --- | --- |
| \`S3Endpoint\`, \`S3Region\`, \`S3SigningVersion\` | the store of the images, in both stacks. \`v2\` without an endpoint is refused |
| \`S3Bucket\` | a bucket that exists, for both stacks. Refused once the data stack has made the file's: the images would be left behind |
| \`ImageUri\` | what the registry runs from, in place of the file's \`image\` or the image that is built |

### Outputs

The same as of the other engine, where there is the same; without underscores, since CloudFormation takes letters and digits alone.

| output | meaning |
| --- | --- |
| \`url\` | where the registry is reached |
| \`loginCommand\`, \`passwordCommand\` | how clients sign in, and how the first user's password is read |
| \`certificateRenewal\` | who renews the certificate |
| \`dnsRecords\` | without \`dns\`: the records that the name needs |
| \`logGroup\`, \`image\` | its log in CloudWatch Logs; what it runs from |
| \`bucket\`, \`endpoint\`, \`region\`, \`signingVersion\` | of both stacks: where the images are, as it came out |
| \`kept\`, \`nameServers\` | of the data stack: what destroying it leaves; the name servers of a zone that was made |

An instance has others, which lead to it through Session Manager.
`
