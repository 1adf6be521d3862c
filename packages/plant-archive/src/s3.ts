export { openS3ObjectStore, type S3Patience } from "./objects/open-s3-object-store.js";
export { parseS3Url, type S3Location } from "./objects/s3-location.js";
export { type S3ObjectStoreOptions, s3ObjectStore } from "./objects/s3-object-store.js";
