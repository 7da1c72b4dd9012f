/** What `docs/providers.md` says beside what the presets say. */
export const head = `<!-- Generated from lib/environment/providers by \`npx vitest run test/lib/environment/providers -u\`; edit a preset, reference-page.ts or reference-text.ts. -->

# Providers

What is known of the S3 API of some providers and servers: what to write into \`storage.s3\`, and what to expect. Each fact has its source in a comment
of the preset's file in \`lib/environment/providers\`; a question mark stands where none was found. Nothing here was tried on a provider's real service, except
where it says so: providers change, so **ask yours with the doctor** (below) before you rely on it.

\`accesskey\` and \`secretkey\` are left out everywhere: give them as \`REGISTRY_STORAGE_S3_ACCESSKEY\` and \`REGISTRY_STORAGE_S3_SECRETKEY\`.
`

export const doctor = `
- **list v1, v2**: ListObjects in both versions. One is needed.
- **delete many**: DeleteObjects, up to 1,000 keys in a request. Without it, each key costs one.
- **copy, copy parts**: CopyObject and UploadPartCopy on the store's side, for layers larger than a part whose digest came last. Without them such a layer goes
  through the registry once more.
- **put if absent**: PutObject with \`If-None-Match: *\`. Some ignore the condition in silence. Without it, exactly one process may have maintenance switched on.
- **presigned**: URLs that carry their own signature, so that clients fetch layers from the store itself.
- **lifecycle**: rules that abort forgotten multipart uploads. The registry looks for them itself as well.

## Ask yours: the doctor

\`\`\`sh
export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…
npm run kit -- doctor --endpoint https://s3.fr-par.scw.cloud --region fr-par --bucket images
\`\`\`

It asks one question a line, with objects of its own below one random prefix, and takes them away again; it touches nothing else in the bucket. It ends with the
settings that it recommends, to be pasted into \`config.yml\`, and with 0 if a registry can use the bucket, with 1 if not. \`npm run kit -- doctor --help\` names its options.
A registry that runs asks its own bucket the same, once a day: [operations](operations.md#what-the-bucket-can-do).
`
