/** The variable of Terraform with the password by which an upstream is asked. */
export const cachePassword = (prefix: string | undefined): string =>
  prefix === undefined ? 'cache_password' : `cache_password_${prefix.replaceAll(/[^a-z0-9]/g, '_')}`
