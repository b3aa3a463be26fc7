import type { Grant } from '../../../shared/api/kms/grants.ts';
import type { KmsSchema } from '../store/schema.ts';

type GrantRow = Pick<KmsSchema['grants'], 'id' | 'resource_name' | 'role' | 'until'> & {
  /** The name of whom it was given to. */
  readonly with: string;
};

/** A grant as the API shows it. */
export function grantOf({ id, resource_name, role, until, with: name }: GrantRow): Grant {
  return {
    id,
    resource_name,
    with: name,
    role,
    ...(until === null ? {} : { until: new Date(until).toISOString() }),
  };
}
