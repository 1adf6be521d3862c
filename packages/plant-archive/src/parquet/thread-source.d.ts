/** A module and its imports, bundled as the text of one script. */
declare module "*?thread-source" {
  const text: string;
  export default text;
}
