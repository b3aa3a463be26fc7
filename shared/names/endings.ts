/** Apart from the schemas of names: the page has no use for those. */
export const ENC_ENDING = '.enc';
export const KEY_ENDING = '.key';
/** Of a sealed folder. */
export const SEALED_ENDING = '.sealed';
