/** A part that the store has, as it must be named when the upload is completed. */
export interface UploadedPart {
  /** From 1 to 10,000. */
  partNumber: number
  etag: string
}
