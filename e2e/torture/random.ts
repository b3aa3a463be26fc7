/** Numbers that look random and are the same for the same seed (mulberry32). */
export interface Random {
  /** At least 0, below `limit`. */
  below(limit: number): number;
  chance(probability: number): boolean;
  /** Some of them, at least one, in any order. */
  some<T>(items: readonly T[]): T[];
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    chance: (probability) => next() < probability,
    some(items) {
      const left = [...items];
      const wanted = 1 + below(items.length);
      return Array.from({ length: wanted }, () => left.splice(below(left.length), 1)).flat();
    },
  };
}
