/**
 * Primes by which a modulus of the broken generator gives it away: chance alone passes all of them once in 2^27 keys.
 * Nemec and others, "The Return of Coppersmith's Attack" (CCS 2017), §3.
 */
const PRIMES = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];
const GENERATOR = 65_537;

/**
 * Whether an RSA modulus was made by Infineon's broken generator (ROCA, CVE-2017-15361): from the public key the private
 * one can be worked out.
 * @param modulus base64url, as a JWK has it.
 */
export function isRocaModulus(modulus: string): boolean {
  const n = BigInt(`0x0${Buffer.from(modulus, 'base64url').toString('hex')}`);
  return PRIMES.every((prime) => isPowerOfGenerator(Number(n % BigInt(prime)), prime));
}

function isPowerOfGenerator(residue: number, prime: number): boolean {
  let power = 1;
  do {
    if (power === residue) return true;
    power = (power * GENERATOR) % prime;
  } while (power !== 1);
  return false;
}
