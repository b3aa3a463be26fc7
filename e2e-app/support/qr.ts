import type { Locator } from '@playwright/test';
import jsqr from 'jsqr';

const SIDE = 480;

/** What a phone's camera would read from a picture of the page: from its pixels, nothing else. */
export async function readQr(picture: Locator): Promise<string> {
  const pixels = await picture.evaluate(async (image, side) => {
    if (!(image instanceof HTMLImageElement)) return [];
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = side;
    canvas.height = side;
    const context = canvas.getContext('2d');
    if (!context) return [];
    context.fillStyle = 'white';
    context.fillRect(0, 0, side, side);
    context.drawImage(image, 0, 0, side, side);
    return [...context.getImageData(0, 0, side, side).data];
  }, SIDE);
  const code = jsqr(Uint8ClampedArray.from(pixels), SIDE, SIDE);
  if (!code) throw new Error('there is no QR code in the picture');
  return code.data;
}
