/** The types of `qrcode` name this one of a page, which no agent knows and none of our calls touches. */
interface HTMLCanvasElement {
  toDataURL(): string;
}
