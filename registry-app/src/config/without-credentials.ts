/** In place of a secret. */
export const masked = '***'

/** The same text, with whatever may be a name and password in its URLs masked: up to the last `@`, since a password can have one, and a slash, that nobody has encoded. */
export const withoutCredentials = (text: string): string => text.replace(/\/\/\S*@/g, `//${masked}@`)
