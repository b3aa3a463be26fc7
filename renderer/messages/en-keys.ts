import type { Message } from './catalogue.ts';

/** The Keys panel and its jobs. */
export const EN_KEYS = {
  'keys.about':
    'Your key guards the keys of all your files. It has versions: the newest one seals, the ones before still open what they sealed until everything is carried over. Each sealed file has one wrapped key, and so has the manifest of each sealed folder.',
  'keys.loading': 'Loading your keys…',
  'keys.jobs': 'Carrying over',
  'keys.mine': 'My key',
  'keys.further': 'A further key',
  'keys.versions': 'Versions, newest first',
  'keys.rotate': 'Rotate now',
  'keys.rotated': 'A new version seals from now on.',
  'keys.schedule': {
    one: 'A new version comes by itself every day, next on {date}.',
    other: 'A new version comes by itself every {n} days, next on {date}.',
  },
  'keys.schedule.never': 'No new version comes by itself: your key server is set so.',
  'keys.needing': {
    one: 'One file needs a new key: a version that wrapped its key was revoked.',
    other: '{n} files need a new key: a version that wrapped their keys was revoked.',
  },
  'keys.needing.show': 'Which files?',
  'keys.needing.title': 'Files that need a new key',
  'keys.needing.about':
    'Whoever has the revoked version may have the keys of these files. Open each of them and seal it anew: that gives it a new key. The manifest of a sealed folder is listed, too: seal that folder anew.',
  'keys.needing.unnamed': 'Not known to the cloud:',
  'keys.needing.more': 'There are more. Seal these anew first, then look again.',

  'keys.version': 'Version {version}',
  'keys.actions': 'Actions for version {version}',
  'keys.made': 'Made {date}',
  'keys.needed': { one: 'One wrapped key hangs on it', other: '{n} wrapped keys hang on it' },
  'keys.needed.none': 'No wrapped key hangs on it',
  'keys.status.active': 'Active',
  'keys.status.readable': 'Readable until {date}',
  'keys.status.readable.only': 'Readable',
  'keys.status.retired': 'Retired',
  'keys.status.disabled': 'Disabled',
  'keys.status.destruction_scheduled': 'To be destroyed on {date}',
  'keys.status.destroyed': 'Destroyed',
  'keys.status.active.about': 'Seals new files, and opens those that it sealed.',
  'keys.status.readable.about': 'Seals nothing any more. It opens files for as long as one needs it.',
  'keys.status.retired.about': 'Nothing that we know of needs it. It still opens old copies.',
  'keys.status.disabled.about': 'Opens nothing. You can enable it again.',
  'keys.status.destruction_scheduled.about': 'Opens nothing. Until that day you can keep it.',
  'keys.status.destroyed.about': 'It is gone for good, and opens nothing ever again.',

  'keys.disable': 'Revoke…',
  'keys.disable.title': 'Revoke version {version}?',
  'keys.disable.go': 'Revoke',
  'keys.disable.about':
    'Do this if somebody may have got hold of this version. From now on it opens nothing, and what hangs on it is carried over to the active one.',
  'keys.disable.lost': {
    one: 'One wrapped key hangs on it: its file cannot be opened until it is carried over, and should be sealed anew.',
    other:
      '{n} wrapped keys hang on it: their files cannot be opened until they are carried over, and should be sealed anew.',
  },
  'keys.disable.lost.none':
    'No wrapped key hangs on it now. Files that it sealed before are listed, so that you can seal them anew.',
  'keys.disable.active': 'It is the active one: a new version takes its place at once.',
  'keys.disable.done': 'Version {version} is revoked.',
  'keys.enable': 'Enable…',
  'keys.enable.title': 'Enable version {version} again?',
  'keys.enable.go': 'Enable',
  'keys.enable.about':
    'It opens again what hangs on it, and files that it sealed no longer count as needing a new key. Do this only if you know that nobody else has it. Nothing is lost.',
  'keys.enable.done': 'Version {version} is enabled again.',
  'keys.destroy': 'Destroy…',
  'keys.destroy.title': 'Destroy version {version}?',
  'keys.destroy.go': 'Destroy it then',
  'keys.destroy.about':
    'It opens nothing from now on, and is destroyed on that day. Until then you can take this back.',
  'keys.destroy.lost':
    'No wrapped key that we know of hangs on it. Copies that hang on it, as an old .key on a disk or in a backup, can never be opened after that day.',
  'keys.destroy.needed': {
    one: 'One wrapped key still hangs on it and would be lost, so it cannot be destroyed. Wait until it is carried over.',
    other:
      '{n} wrapped keys still hang on it and would be lost, so it cannot be destroyed. Wait until they are carried over.',
  },
  'keys.destroy.when': 'When',
  'keys.destroy.days': { one: 'In {n} day', other: 'In {n} days' },
  'keys.destroy.done': 'Version {version} is going to be destroyed.',
  'keys.keep': 'Keep it…',
  'keys.keep.title': 'Keep version {version}?',
  'keys.keep.go': 'Keep it',
  'keys.keep.about': 'It is not destroyed. It stays disabled, and you can enable it again. Nothing is lost.',
  'keys.keep.done': 'Version {version} is kept.',

  'code.why': 'A fresh one, so that nobody does this at a screen that you left.',

  'job.rewrap.title': 'Wrapped keys to version {version} of my key',
  'job.rewrap.running': 'Carrying over',
  'job.rewrap.done': 'Carried over',
  'job.rewrap.failed': 'Not all carried over',
  'job.rewrap.cancelled': 'Not watched',
  'job.rewrap.cancelled.about': 'You stopped watching. The key server goes on carrying over by itself.',
  'job.rewrap.keys': '{done} of {total} wrapped keys',
  'job.rewrap.rate': '{rate} a second',
  'job.rewrap.made': {
    one: 'One wrapped key was carried over.',
    other: '{n} wrapped keys were carried over.',
  },
  'job.rewrap.made.none': 'No wrapped key had to be carried over.',
  'job.rewrap.stop': 'Stop watching {name}',
  'job.rewrap.again': 'Watch again',
  'job.rewrap.again.name': 'Watch again: {name}',
} as const satisfies Record<string, Message>;
