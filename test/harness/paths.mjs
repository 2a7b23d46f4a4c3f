// Where things are, relative to this folder, so that a clone works anywhere.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const harnessFolder = dirname(fileURLToPath(import.meta.url));
export const root = join(harnessFolder, '..', '..');
export const outFolder = join(root, 'out');
export const lockFile = join(root, '.cache', 'setup.lock');
export const sampleFolder = join(root, 'test', 'fixtures', 'sample');
