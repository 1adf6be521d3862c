/** Degrees as the versions with numeric strings write them; `""` for an unknown coordinate. */
export function degreesText(degrees: number | null): string {
  return degrees === null ? "" : String(degrees);
}
