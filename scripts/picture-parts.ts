import type { Browser } from '@playwright/test';
import type { Workspace } from '../e2e/support/workspace.ts';
import type { Camera } from './picture-camera.ts';

/** What a story of pictures is played with. */
export interface PictureParts {
  readonly browser: Browser;
  readonly workspace: Workspace;
  readonly camera: Camera;
}
