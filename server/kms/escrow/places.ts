/** Where the private half of a person's escrow pair rests. */
export function escrowPairPlace(userId: string) {
  return { table: 'escrow_pairs', column: 'private_key', row: userId };
}

/** Where a version of what a person escrowed rests. */
export function escrowedKeyPlace(userId: string, version: number) {
  return { table: 'escrowed_keys', column: 'enc_key', row: `${userId}/${version}` };
}
