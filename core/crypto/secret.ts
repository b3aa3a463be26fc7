import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';

const SHOWN = '[secret]';

/**
 * Bytes that must not leave by accident: printing, JSON and inspection show `[secret]`. The bytes are lent to `use`
 * and zero-filled by `destroy`; after that every use throws.
 */
export class Secret {
  #bytes: Buffer | undefined;

  private constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Takes the bytes over: the caller must not use them afterwards. */
  static take(bytes: Buffer): Secret {
    return new Secret(bytes);
  }

  static random(length: number): Secret {
    return new Secret(randomBytes(length));
  }

  /** The same bytes for another holder, who destroys them as well. */
  copy(): Secret {
    return this.use((bytes) => new Secret(Buffer.from(bytes)));
  }

  get length(): number {
    return this.#bytes?.length ?? 0;
  }

  /** Lends the bytes to `fn`, which must not keep them, nor return them unwrapped. */
  use<T>(fn: (bytes: Buffer) => T): T {
    if (!this.#bytes) throw new TypeError('this secret was destroyed');
    return fn(this.#bytes);
  }

  destroy(): void {
    this.#bytes?.fill(0);
    this.#bytes = undefined;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}
