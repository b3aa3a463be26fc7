// What the build is made of. Any Node >= 18 can run it.

/** Folders of the project whose files go into the build. */
export const SOURCE_FOLDERS = ['shared', 'core', 'server', 'agent', 'cli', 'browser', 'electron', 'renderer'];

/** Whether a file of those folders does, by its name. */
export const isSource = (name) =>
  /\.(?:tsx?|css|html|svg|png|ico|woff2)$/.test(name) && !/\.test\.tsx?$/.test(name);
