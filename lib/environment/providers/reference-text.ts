/** What `docs/providers.md` says beside what the presets say. */
export const head = `<!-- Generated from lib/environment/providers by \`npx vitest run test/lib/environment/providers -u\`; edit a preset, reference-page.ts or reference-text.ts. -->

# Providers

Settings for \`storage.s3\` with nineteen S3 providers and servers, and what each supports. The sources are in comments of the preset's file in
\`lib/environment/providers\`; a question mark means that none was found. Nothing here was tried on a provider's real service, except where it says so, and providers
change: **test yours with [\`kit doctor\`](#test-yours-kit-doctor)** before you rely on it.

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

## Test yours: \`kit doctor\`

\`\`\`sh
export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…
npm run kit -- doctor --endpoint https://s3.fr-par.scw.cloud --region fr-par --bucket images
\`\`\`

It prints a line for each test. It writes test objects below one random prefix, deletes them again, and touches nothing else in the bucket. At the end it prints recommended
settings for \`config.yml\`. The exit code is 0 if a registry can use the bucket, else 1. \`npm run kit -- doctor --help\` names its options.
A running registry tests its own bucket the same way once a day: [operations](operations.md#what-the-bucket-can-do).
`
