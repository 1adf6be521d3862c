/** The version of the content of files; a new one when older programs cannot read it. */
export const schemaVersion = 1;

/** The metadata key of the SHA-256 of the row groups, in hex, separated by commas. */
export const rowGroupHashes = "plant_archive.row_group_sha256";

export const magic = "PAR1";
/** Length and magic, after the footer. */
export const trailerBytes = 8;

/** The message continues a sentence that begins with the key of the file. */
export class InvalidFileError extends Error {}
