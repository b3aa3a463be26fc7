/** Begins `look` once those of the same person before it are over, however they ended. */
export type OneLookEach = <T>(personId: string, look: () => Promise<T>) => Promise<T>;

/** One person may look through the log once at a time, so that nobody's many calls at once hold up everybody's wraps. */
export function createOneLookEach(): OneLookEach {
  const newest = new Map<string, Promise<unknown>>();
  return (personId, look) => {
    const before = newest.get(personId);
    const own = before ? before.then(look, look) : look();
    newest.set(personId, own);
    const forget = () => {
      if (newest.get(personId) === own) newest.delete(personId);
    };
    own.then(forget, forget);
    return own;
  };
}
