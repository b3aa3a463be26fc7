export const RECOVERY_CODES = Array.from(
  { length: 10 },
  (_, index) => `vo25-mhxf-e2u4-4${'abcdefghij'[index]}e${(index % 6) + 2}`,
);

/** A picture with the look of a QR code; the real one comes from the KMS. */
function qrPicture(): string {
  const cells: string[] = [];
  for (let y = 0; y < 29; y += 1) {
    for (let x = 0; x < 29; x += 1) {
      if ((x * x * 7 + y * 13 + x * y * 5) % 7 < 3) cells.push(`M${x} ${y}h1v1h-1z`);
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-2 -2 33 33"><path fill="#fff" d="M-2-2h33v33h-33z"/><path d="${cells.join('')}"/></svg>`;
}

export const ENROLMENT = {
  otp_uri: 'otpauth://totp/Sealkeep:ana?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Sealkeep',
  secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
  qr_svg: qrPicture(),
};
