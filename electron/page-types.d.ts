/**
 * Names of the DOM that Electron's own types speak of, without the DOM: the main process has none, and is not to see one.
 */
type HTMLElement = Record<never, never>;
type HTMLElementEventMap = Record<never, never>;
type EventListenerOrEventListenerObject = (event: unknown) => void;
type MessagePort = Record<never, never>;
type VideoFrame = Record<never, never>;
