import { expect, it } from 'vitest'
import { isBuiltFrom } from './go-program.ts'

const built = `/go/bin/minio: go1.26.8
\tpath\tgithub.com/minio/minio
\tmod\tgithub.com/minio/minio\tv0.0.0-20260212201848-7aac2a2c5b7c\th1:PmD6aXY=
\tdep\tgithub.com/minio/pkg/v3\tv3.1.3\th1:6iBVc=`

it.each([
  ['github.com/minio/minio', 'v0.0.0-20260212201848-7aac2a2c5b7c', true],
  ['github.com/minio/minio', 'v0.0.0-20260212201848', false],
  ['github.com/minio/pkg/v3', 'v3.1.3', false],
])('a binary of MinIO is built from %s %s: %s', (module, version, expected) => {
  expect(isBuiltFrom(built, { name: 'minio', module, package: '', version })).toBe(expected)
})
