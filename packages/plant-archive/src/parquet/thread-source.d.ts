/** A module and everything that it imports, as the text of one script. */
declare module "*?thread-source" {
  const text: string;
  export default text;
}
