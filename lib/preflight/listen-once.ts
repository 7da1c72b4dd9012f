import { connect, createServer } from 'node:net'

/** Whether one could listen there. @returns why not; `undefined` where nothing is in the way */
export async function listenOnce(port: number, host: string): Promise<string | undefined> {
  const code = await new Promise<string | undefined>(resolve => {
    const server = createServer()
    server.once('error', error => resolve('code' in error ? String(error.code) : error.message))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
  // The engine may what whoever asks may not: then the port is asked itself.
  if (code === 'EACCES') return (await answers(port)) ? 'something listens there' : undefined
  return code === 'EADDRINUSE' ? 'something listens there' : code
}

const answers = (port: number) =>
  new Promise<boolean>(resolve => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 2000 })
    const end = (answered: boolean) => {
      socket.destroy()
      resolve(answered)
    }
    socket.on('connect', () => end(true))
    for (const event of ['error', 'timeout'] as const) socket.on(event, () => end(false))
  })
