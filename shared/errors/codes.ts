/** Codes that servers answer, with their HTTP status. */
const SERVER_STATUS = {
  // Any door of either server
  INTERNAL: 500,
  REQUEST_INVALID: 400,
  REQUEST_NOT_JSON: 415,
  REQUEST_TOO_LARGE: 413,
  ROUTE_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  ADDRESS_REFUSED: 403,
  HOST_REFUSED: 403,
  ORIGIN_REFUSED: 403,
  LAUNCH_SECRET_REFUSED: 403,
  STORE_UNAVAILABLE: 503,
  ISSUER_UNAVAILABLE: 503,

  // Identity, at the KMS
  REGISTRATION_CLOSED: 403,
  USER_NAME_TAKEN: 409,
  ENROLMENT_REFUSED: 401,
  LOGIN_REFUSED: 401,
  LOGIN_THROTTLED: 429,
  LOGIN_ENDED: 401,
  CODE_REFUSED: 403,
  REFRESH_REFUSED: 401,
  LOGIN_NOT_FOUND: 404,
  AUTHENTICATION_INVALID: 401,

  // Wrapping and unwrapping, at the KMS
  AUTHORIZATION_INVALID: 401,
  EMAIL_MISMATCH: 403,
  GUEST_REFUSED: 403,
  DELEGATION_REFUSED: 403,
  ROLE_REFUSED: 403,
  KACLS_URL_MISMATCH: 403,
  OWNER_DOMAIN_MISMATCH: 403,
  REALM_MISMATCH: 403,
  PERIMETER_REFUSED: 403,
  RESOURCE_MISMATCH: 403,
  GRANT_MISSING: 403,
  WRAPPED_KEY_INVALID: 400,
  GRANT_NOT_FOUND: 404,
  GRANT_USER_UNKNOWN: 404,
  GRANT_NOT_OWNER: 403,

  // The cloud
  CLOUD_TOKEN_INVALID: 401,
  CLOUD_NOT_FOUND: 404,
  CLOUD_RESOURCE_TAKEN: 409,
  CLOUD_NAME_TAKEN: 409,
  CLOUD_PAIR_INVALID: 400,
  CLOUD_PRECONDITION_FAILED: 412,
  CLOUD_RANGE_REFUSED: 416,
  CLOUD_QUOTA_EXCEEDED: 507,
} as const satisfies Record<string, number>;

/** Codes that never leave a server; their status is what it would be least wrong with. */
const CLIENT_STATUS = {
  // Servers as the agent meets them
  SERVER_UNREACHABLE: 500,
  SERVER_TIMEOUT: 500,
  SERVER_ANSWER_INVALID: 500,
  SERVER_IDENTITY_CHANGED: 500,
  SERVER_NOT_SEALKEEP: 500,
  SERVER_TOO_NEW: 500,
  SERVER_TOO_OLD: 500,
  SERVER_ADDRESS_REFUSED: 500,
  NOT_LOGGED_IN: 500,

  // Files
  FILE_NOT_FOUND: 500,
  FILE_NOT_READABLE: 500,
  FILE_NOT_A_FILE: 500,
  FILE_NOT_A_FOLDER: 500,
  FILE_LINK_LEAVES: 500,
  FILE_CHANGED: 500,
  FILE_NOT_SEALED: 500,
  FILE_NOT_SEALED_FOLDER: 500,
  FILE_SEALED_ALREADY: 500,
  FILE_MISPLACED: 500,
  FILE_DAMAGED: 500,
  FILE_TOO_NEW: 500,
  FILE_TOO_LARGE: 500,
  FILE_OTHER_KMS: 500,
  FILE_NAME_REFUSED: 500,
  KEY_FILE_INVALID: 500,
  KEY_FILE_TOO_NEW: 500,
  KEY_FILE_MISMATCH: 500,
  KEY_FILE_ALTERED: 500,
  KEY_MISSING: 500,
  PROOF_FAILED: 500,
  TRASH_UNAVAILABLE: 500,
  TRASH_FAILED: 500,
  OUTPUT_NO_SPACE: 500,
  OUTPUT_NOT_WRITABLE: 500,
  OUTPUT_FOLDER_REFUSED: 500,
  JOB_CANCELLED: 500,
  JOB_QUEUE_FULL: 500,
  SHARE_LEFT: 500,
  GRANT_LEFT: 500,

  // This machine
  DATA_FOLDER_BUSY: 500,
  DATA_FOLDER_UNUSABLE: 500,
  ROOT_KEY_IN_KEYCHAIN: 500,
  ROOT_KEY_UNREADABLE: 500,
  CONFIG_INVALID: 500,
  PORT_TAKEN: 500,
  USAGE: 500,
} as const satisfies Record<string, number>;

/**
 * Every error that Sealkeep's parts tell each other, with the HTTP status a server answers it by.
 * The union is closed: a new code goes above, and its sentence into every catalogue of `shared/messages/`.
 */
export const ERROR_STATUS = { ...SERVER_STATUS, ...CLIENT_STATUS } as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

export function isErrorCode(value: string): value is ErrorCode {
  return Object.hasOwn(ERROR_STATUS, value);
}

/** Whether a server may answer so: a client's own codes from outside would tell a person what did not happen. */
export function isServerErrorCode(value: string): value is keyof typeof SERVER_STATUS {
  return Object.hasOwn(SERVER_STATUS, value);
}
