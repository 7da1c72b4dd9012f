import type { CdktfEnvironment } from '../../environment/environment.ts'
import type { TerraformVariable } from '../tf.ts'
import type { Certificate } from './certificate.ts'

type Files = Extract<NonNullable<CdktfEnvironment['certificate']>, { by: 'files' }>

/** Somebody else renews them on the host. The folder is mounted whole: certbot's `live` has links that lead to its `archive`. */
export function files({ folder, certificate, key, group }: Files, domain: TerraformVariable): Certificate {
  const live = `${folder}/live/${domain.stringValue}`
  return {
    variables: [
      `REGISTRY_HTTP_TLS_CERTIFICATE=${certificate === undefined ? `${live}/fullchain.pem` : `${folder}/${certificate}`}`,
      `REGISTRY_HTTP_TLS_KEY=${key === undefined ? `${live}/privkey.pem` : `${folder}/${key}`}`,
    ],
    folders: [folder],
    groups: group === undefined ? [] : [String(group)],
    renewal: `Whoever writes the files in ${folder} renews it; the registry reads them again when they change.`,
  }
}
