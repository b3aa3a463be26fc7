import type { Locator } from '@playwright/test';
import jsqr from 'jsqr';

const SIDE = 480;

/** What a phone's camera would read from a picture of the page: from its pixels, nothing else. */
export async function readQr(picture: Locator): Promise<string> {
  const pixels = await picture.evaluate(async (image, side) => {
    if (!(image instanceof HTMLImageElement)) return '';
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = side;
    canvas.height = side;
    const context = canvas.getContext('2d');
    if (!context) return '';
    context.fillStyle = 'white';
    context.fillRect(0, 0, side, side);
    context.drawImage(image, 0, 0, side, side);
    const { data } = context.getImageData(0, 0, side, side);
    // A digit for each pixel, from its green: four numbers for each would take seconds to get here.
    return Array.from({ length: side * side }, (_, pixel) =>
      (data[4 * pixel + 1] ?? 0) < 128 ? '1' : '0',
    ).join('');
  }, SIDE);
  const colours = Array.from(pixels, (pixel) =>
    pixel === '1' ? [0, 0, 0, 255] : [255, 255, 255, 255],
  ).flat();
  const code = jsqr(Uint8ClampedArray.from(colours), SIDE, SIDE);
  if (!code) throw new Error('there is no QR code in the picture');
  return code.data;
}
