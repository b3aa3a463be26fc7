import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { createWorkspace } from '../e2e/support/workspace.ts';
import config from '../playwright.config.ts';
import { isBuilt } from './build-state.ts';
import { provideBrowser } from './find-browser.ts';
import { createCamera } from './picture-camera.ts';
import { tellOfPeople } from './picture-people.ts';
import { tellStory } from './picture-story.ts';
import { tellOfTrash } from './picture-trash.ts';

/**
 * `npm run pictures`: plays a short story in the built app, with servers started as a person starts them, and takes a
 * picture of every screen and panel on the way. `npm run pictures -- cloud dark 360` takes only those whose names
 * contain all of the words.
 */
const PICTURES = path.join(import.meta.dirname, '..', 'out', 'pictures');

async function run(words: readonly string[]): Promise<number> {
  if (!isBuilt()) throw new Error('There is no build of these sources to show; run "npm run build".');
  if (words.length === 0) await rm(PICTURES, { recursive: true, force: true });
  await mkdir(PICTURES, { recursive: true });
  const camera = createCamera(PICTURES, words);
  const browser = await chromium.launch({ ...config.use?.launchOptions, executablePath: provideBrowser() });
  const workspace = await createWorkspace();
  try {
    await tellStory({ browser, workspace, camera });
    await tellOfTrash({ browser, workspace, camera });
    await tellOfPeople({ browser, workspace, camera });
  } finally {
    await browser.close();
    await workspace.close();
  }
  console.log(`${camera.count()} pictures in out/pictures`);
  for (const complaint of camera.complaints) console.error(complaint);
  return camera.complaints.length > 0 || camera.count() === 0 ? 1 : 0;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
