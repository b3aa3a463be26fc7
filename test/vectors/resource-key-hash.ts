const hex = (text: string) => Buffer.from(text, 'hex');

/** kacls.md §12: DEK, resource name, perimeter, hash. The last two are one value: names with colons are not told apart. */
export const RESOURCE_KEY_HASHES: readonly (readonly [
  dek: Buffer,
  resourceName: string,
  perimeterId: string,
  hash: string,
])[] = [
    [hex('f00d'), 'my_resource', 'my_perimeter', 'EfRLb/AKdtsPSfX+vZ/Pi8h6bmKhBTu4egOABRnEdCg='],
    [
      hex('6a68079290123ed8f23c845cc8bda91cd961c0246b79446662919e336920cbef'),
      '//googleapis.com/testcase/hJB0PzRI7nl79LC18qaV8WMDCBALBSs9BREcq79MfVw',
      '',
      'TZqv6wbNDoEtDzwQ8YVzpa7kyGMAoQT62bJY8Lcb2BM=',
    ],
    [
      hex('05b62b91cb66f19e27789fb69eb680fac113a70a120178d6cfa6b1b4cb11bb95'),
      '//googleapis.com/testcase/od8yfZiS5ZF2RN27X4ClalsV6LobL2FwKRk4qOJxWdE',
      'perimeter1',
      'G2IxoXG8EO+Z3TsI8HQmIIEaWRkVcChNMrZ0xTHMLaU=',
    ],
    [Buffer.from('data-encryption-key'), 'resource-name', '', 'BzUyXkZ0424Ve8NtOB1CWgg5hVx60OAPf9SNbVPdtUo='],
    [
      Buffer.from(Array.from({ length: 32 }, (_, index) => index)),
      '//example.com/dossier/été-日本',
      'périmètre',
      'oztqorZWcgruXl5W8c+EhPOS/wwu2z6PweCE5+psPpg=',
    ],
    [
      hex('1a206d8a8ccebfe08e22b10fc4f5181fd8052b0d6d63d901cc7696fe04a2eeef592c'),
      '//googleapis.com/drive/files/test-file-id',
      '',
      '8uzZKBWt48ayKHjSHPHhhB1eu5J3gKoRTZ/wKpF8dJo=',
    ],
    [Buffer.alloc(100, 0xab), 'r', 'a:b', 'gm8wGekhx+ecuOIDzWPH6ukOGJM2mcz2asskTkSlj1Y='],
    [Buffer.alloc(100, 0xab), 'r:a', 'b', 'gm8wGekhx+ecuOIDzWPH6ukOGJM2mcz2asskTkSlj1Y='],
];
