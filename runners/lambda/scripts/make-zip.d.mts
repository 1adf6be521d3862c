export function makeZip(files: Readonly<Record<string, Uint8Array>>): Uint8Array;
