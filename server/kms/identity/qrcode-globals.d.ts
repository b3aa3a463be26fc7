/** The types of `qrcode` name this one of a page, which no server knows and none of our calls touches. */
interface HTMLCanvasElement {
  toDataURL(): string;
}
