/** What all keys begin with, of a folder that is written with or without a slash at its end: nothing, or a folder with one. */
export const keyPrefix = (folder: string | undefined): string => (folder === undefined ? '' : `${folder.replace(/\/$/, '')}/`)
