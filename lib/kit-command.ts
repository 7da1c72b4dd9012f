/** How this copy of the kit is called, in what it tells its user to type: a clone of the repository runs its sources, an installed package what was compiled. */
export const kitCommand = import.meta.url.endsWith('.ts') ? 'npm run kit --' : 'npx bucket-registry'
