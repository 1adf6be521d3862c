/** Where the footer has the SHA-256 of the row groups, in hex, separated by commas. */
export const rowGroupHashes = "plant_archive.row_group_sha256";

export const magic = "PAR1";
/** Length and magic, after the footer. */
export const trailerBytes = 8;

/** A defect of a file; the message continues a sentence that begins with the file's key. */
export class InvalidFileError extends Error {}
