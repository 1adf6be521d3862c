export { openS3ObjectStore, type S3RequestLimits } from "./open-s3-object-store.js";
export { type S3ObjectStoreOptions, s3ObjectStore } from "./s3-object-store.js";
export { parseS3Url, type S3Location } from "./s3-url.js";
