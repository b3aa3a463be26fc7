/**
 * The few globals that Node and a page have in common and `shared/` uses; only this layer's compiler reads them.
 * Anything else of Node or the DOM is unknown here on purpose.
 */
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}

declare class TextDecoder {
  constructor(label?: 'utf-8' | 'latin1', options?: { fatal?: boolean });
  decode(bytes: Uint8Array): string;
}

declare class URL {
  constructor(text: string);
  static canParse(text: string): boolean;
  readonly protocol: string;
  readonly host: string;
  readonly hostname: string;
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
  readonly username: string;
  readonly password: string;
}

declare function atob(base64: string): string;
declare function btoa(binary: string): string;
