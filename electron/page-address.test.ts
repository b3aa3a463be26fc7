import { expect, test } from 'vitest';
import { FOREIGN_ADDRESSES } from '../test/support/foreign-addresses.ts';
import { isPageAddress, PAGE_URL } from './page-address.ts';

test('the page is at its own address, with any path', () => {
  for (const own of [PAGE_URL, 'sealkeep-app://page/', 'SEALKEEP-APP://page/a/b.js?c#d']) {
    expect(isPageAddress(own)).toBe(true);
  }
});

test.each(FOREIGN_ADDRESSES)('not the page: %s', (address) => {
  expect(isPageAddress(address)).toBe(false);
});
