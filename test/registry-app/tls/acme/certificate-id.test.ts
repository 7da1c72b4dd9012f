import { expect, test } from 'vitest'
import { certificateId } from '../../../../registry-app/src/tls/acme/certificate-id.ts'

/** Made by openssl with the key identifier and the serial number of RFC 9773's example. */
const example = `-----BEGIN CERTIFICATE-----
MIIBjjCCATSgAwIBAgIFAIdlQyEwCgYIKoZIzj0EAwIwGjEYMBYGA1UEAwwPdHJp
YWwgYXV0aG9yaXR5MCAXDTI2MTEyNDE5MjkwM1oYDzIxMjYxMDMxMTkyOTAzWjAY
MRYwFAYDVQQDDA1yZWdpc3RyeS50ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcD
QgAEwEakZUfWyWd13Uk2H2LDPVKEgOrv2CpxhKMucut+orlQMfYrOrLBYI/ID1GF
prj+I22Rzn6EDBgIKQpW0hHfB6NnMGUwHwYDVR0jBBgwFoAUaYhba4dGQEHhs3uE
e6CuLN4ByNQwCQYDVR0TBAIwADAYBgNVHREEETAPgg1yZWdpc3RyeS50ZXN0MB0G
A1UdDgQWBBSRONabrNmx0lGF0cuPFUYR2uYCYTAKBggqhkjOPQQDAgNIADBFAiB6
w7Yio1Iq6jj7+S5X+mr2pqP1wMJxl125S+rkubWwWwIhAPa6C6aPgGLbPwzqVGIM
1ArwxaiEg8/AhYJwYLFYs5U7
-----END CERTIFICATE-----
`

/** Without an Authority Key Identifier. */
const bare = `-----BEGIN CERTIFICATE-----
MIIBLjCB1qADAgECAgERMAoGCCqGSM49BAMCMBoxGDAWBgNVBAMMD3RyaWFsIGF1
dGhvcml0eTAgFw0yNjExMjQxOTI5MDNaGA8yMTI2MTAzMTE5MjkwM1owGDEWMBQG
A1UEAwwNcmVnaXN0cnkudGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMBG
pGVH1slndd1JNh9iwz1ShIDq79gqcYSjLnLrfqK5UDH2KzqywWCPyA9Rhaa4/iNt
kc5+hAwYCCkKVtIR3wejDTALMAkGA1UdEwQCMAAwCgYIKoZIzj0EAwIDRwAwRAIg
boLZg4p25JDPLzip2BmBLXpRTXJPvkO0/tJfZfB2C5kCIB3v8Pt63G8IDMXGo7d0
N/1a3dLwEqA7WewhHqXzU8Lr
-----END CERTIFICATE-----
`

test('names a certificate as the example of RFC 9773, section 4.1, does, with the serial number’s leading zero', () => {
  expect(certificateId(example)).toBe('aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE')
})

test('takes the first of a chain', () => {
  expect(certificateId(example + bare)).toBe('aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE')
})

test('has no name for a certificate that does not say which key signed it', () => {
  expect(certificateId(bare)).toBeUndefined()
})
