import { z } from 'zod';

const STANDARD = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/**
 * A byte string in standard base64 (RFC 4648 §4), `min` to `max` bytes once decoded.
 * Missing padding is let pass, as kacls.md §1 recommends; `Buffer.from` would let anything pass.
 */
export function base64Text(min: number, max: number) {
  return z
    .string()
    .max(Math.ceil(max / 3) * 4)
    .regex(STANDARD)
    .refine((text) => {
      const bytes = Math.floor((text.replace(/=+$/, '').length * 3) / 4);
      return bytes >= min && bytes <= max;
    });
}

/** `bytes` bytes in base64url without padding (RFC 4648 §5). */
export function base64urlText(bytes: number) {
  return z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${Math.ceil((bytes * 8) / 6)}}$`));
}
