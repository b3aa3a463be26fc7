export function assertThat(isSo: boolean, what: string, file: string): void {
  if (!isSo) throw new Error(`${what}: ${file}`);
}
