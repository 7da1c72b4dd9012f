/** Those of Distribution's own documentation and of what is copied from it, beside what people type in a hurry. */
const wellKnown =
  /^(a?secret|placeholder|changeme|password|default|example|registry|random|token|key|for|my|the|local|dev(elopment)?|test(ing)?|prod(uction)?|[\W_\d])+$/i

/** Whether a secret is short, of few letters, or put together from the words that come to everybody's mind: `asecretforlocaldevelopment`. */
export const isGuessable = (secret: string): boolean => secret.length < 16 || new Set(secret).size < 8 || wellKnown.test(secret)
