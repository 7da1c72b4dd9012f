/** Who asks, where a workload needs a password. Its hash has the cost that `htpasswd -B` takes by itself. */
export const signIn = { name: 'bench', password: 'baggins' } as const

export const htpasswd = `${signIn.name}:$2y$05$926C3y10Quzn/LnqQH86VOEVh/18T6RnLaS.khre96jLNL/7e.K5W\n`
