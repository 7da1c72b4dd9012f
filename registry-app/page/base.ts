/** Where the API is: `/ui/` lies beside `/v2/`, whatever stands before both. */
export const base = new URL('../v2/', location.href.replace(/[?#].*$/, '')).href
