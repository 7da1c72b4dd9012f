import { describe, expect, test } from 'vitest'
import { parseHtpasswd } from '../../../registry-app/src/auth/htpasswd.ts'

const frodo = '$2y$05$926C3y10Quzn/LnqQH86VOEVh/18T6RnLaS.khre96jLNL/7e.K5W'
const other = '$2b$10$oHgwMehvoe8iAWS8I.7l.uKoECXrwVaC16RPfaSCU5eVTFrATuMI2'

const complaintOf = (line: string) => parseHtpasswd(`# a comment\n\n${line}\n`).complaints.join()

describe('an htpasswd file', () => {
  test('is read as Distribution reads its own example', () => {
    const { users, complaints } = parseHtpasswd(`
# This is a comment in a basic example.
bilbo:{SHA}5siv5c0SHx681xU6GiSx9ZQryqs=
   frodo:${frodo}
DeokMan:공주님
`)
    expect([...users]).toEqual([['frodo', frodo]])
    expect(complaints).toHaveLength(2)
  })

  test.each(['\n', '\r\n', '\n\n'])('may end its lines with %j', end => {
    expect([...parseHtpasswd(`a:${frodo}${end}b:${other}${end}`).users.keys()]).toEqual(['a', 'b'])
  })

  test('takes the last of two lines of one name, also where that cannot be used', () => {
    expect([...parseHtpasswd(`a:${frodo}\na:${other}`).users]).toEqual([['a', other]])
    expect([...parseHtpasswd(`a:${frodo}\na:{SHA}x`).users]).toEqual([])
  })

  test('a hash may be of the highest cost that htpasswd makes', () => {
    const costly = frodo.replace('$05$', '$17$')
    expect(parseHtpasswd(`bob:${costly}`)).toEqual({ users: new Map([['bob', costly]]), complaints: [] })
  })

  test.each([
    [
      'bob:$apr1$salt$hash',
      'line 3: bob cannot sign in, because the password is kept as MD5, and only bcrypt is safe: make it anew with kit user add bob',
    ],
    ['bob:$1$salt$hash', 'as MD5'],
    ['bob:{SHA}5siv5c0SHx681xU6GiSx9ZQryqs=', 'as SHA-1'],
    ['bob:$5$salt$hash', 'as SHA-256 crypt'],
    ['bob:$6$salt$hash', 'as SHA-512 crypt'],
    [`bob:${frodo.replace('$2y$', '$2x$')}`, 'as $2x$, which an old bug made'],
    [`bob:${frodo.slice(0, -1)}`, 'as a bcrypt hash that is damaged'],
    [`bob:${frodo.replace('$05$', '$03$')}`, 'as a bcrypt hash that is damaged'],
    [`bob:${frodo.replace('$05$', '$32$')}`, 'as a bcrypt hash that is damaged'],
    [`bob:${frodo.replace('$05$', '$18$')}`, 'would take minutes or days, in which nobody else can sign in: its cost may be 17 at most'],
    [`bob:${frodo.replace('$05$', '$31$')}`, 'its cost may be 17 at most'],
    ['bob:hunter2', 'as crypt or as plain text'],
    ['hunter2', 'line 3: is no user: a line is NAME:HASH'],
    [':hunter2', 'line 3: is no user'],
  ])('says of %s: %s', (line, says) => {
    expect(complaintOf(line)).toContain(says)
    expect(complaintOf(line)).not.toContain('hunter2')
    expect(parseHtpasswd(line).users.size).toBe(0)
  })
})
