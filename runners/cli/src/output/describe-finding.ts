/** What is wrong with a file, which is named once. */
export function describeFinding(key: string, problem: string): string {
  const text = problem.includes(key) ? problem : `${key}: ${problem}`;
  return text.replace(/\.$/, "");
}
