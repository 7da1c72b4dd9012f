import { mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { freePort } from '../../../support/free-port.ts'
import { startProcess } from '../../../support/start-process.ts'
import { atTheEnd } from '../../support/at-the-end.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { tool } from '../../support/tool.ts'

/** What `suite` asks for. */
export const nginx = await tool('nginx').then(async found => (found.missing ? tool('/usr/sbin/nginx') : found))

export interface NginxOptions {
  /** Of the TLS that it speaks to clients. */
  cert: string
  key: string
  /** `http://127.0.0.1:5000`, `https://…`, or `http://unix:/path` */
  upstream: string
}

/** nginx with TLS and HTTP/2 before a registry, which ends with the tests of the file. @returns the port */
export async function startNginx({ cert, key, upstream }: NginxOptions): Promise<number> {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'logs'))
  const port = await freePort()
  const file = join(folder, 'nginx.conf')
  await writeFile(
    file,
    `daemon off;
user root;
pid ${folder}/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port} ssl http2;
    ssl_certificate ${cert};
    ssl_certificate_key ${key};
    client_max_body_size 0;
    location / {
      proxy_pass ${upstream};
      proxy_http_version 1.1;
      proxy_request_buffering off;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
    }
  }
}
`,
  )
  const { stop } = await startProcess({ file: nginx.path, args: ['-c', file, '-p', folder], env: {}, ready: () => listens(port) })
  atTheEnd(stop)
  return port
}

const listens = (port: number) =>
  new Promise<boolean>(resolve => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
