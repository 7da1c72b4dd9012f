/** Text as it stands, in a place where Terraform would read `${…}` and `%{…}` as a template. */
export const literal = (text: string): string => text.replace(/([$%])\{/g, '$1$1{')
