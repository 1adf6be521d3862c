declare module "asl-validator" {
  /** Marks the definition with its query language while it looks: give it a copy. */
  export default function validate(
    definition: object,
    options: { readonly checkPaths: boolean; readonly checkArn: boolean },
  ): { readonly isValid: boolean; readonly errors: readonly unknown[] };
}
