/** `1 wrapped key`, `2 wrapped keys`; @param several where it takes more than an `s`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}
