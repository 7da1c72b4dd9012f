/** What Amazon S3 says, with 400 and the code `InvalidRequest`, to an upload without an MD5 into a bucket whose objects are locked by default. */
export const contentMd5Demand = 'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters'
