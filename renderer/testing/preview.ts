import type { Settings } from '../../shared/bridge/state.ts';
import { createFakeCarrier } from './fake-carrier.ts';
import { SCENES, worldOf } from './scenes.ts';

/** `?scene=full&theme=dark&language=zh-Hant`: the page on a fake agent, for development and for pictures. */
const asked = new URLSearchParams(location.search);
const scene = Object.entries(SCENES).find(([name]) => name === asked.get('scene'))?.[1] ?? SCENES.moving;
const world = worldOf(scene);
const theme: Settings['theme'] = asked.get('theme') === 'dark' ? 'dark' : 'light';
const language: Settings['language'] = asked.get('language') === 'zh-Hant' ? 'zh-Hant' : 'en';
world.state = { ...world.state, settings: { ...world.state.settings, theme, language } };
const carrier = createFakeCarrier(world);
window.sealkeep = carrier;
// The page looks for its carrier when it starts.
await import('../main.tsx');
