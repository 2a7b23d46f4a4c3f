import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cacheFolder } from '../../../src/cli/cacheFolder';

test.each<[NodeJS.Platform, NodeJS.ProcessEnv, string]>([
	['linux', {}, join('/home/ada', '.cache', 'inkling')],
	['linux', { XDG_CACHE_HOME: '' }, join('/home/ada', '.cache', 'inkling')],
	['linux', { XDG_CACHE_HOME: '/cache' }, join('/cache', 'inkling')],
	['darwin', {}, join('/home/ada', 'Library', 'Caches', 'inkling')],
	['win32', { LOCALAPPDATA: '/local' }, join('/local', 'inkling')],
	['win32', {}, join('/home/ada', 'AppData', 'Local', 'inkling')],
])('on %s with %j the cache is in %s', (platform, environment, expected) =>
	expect(cacheFolder(environment, platform, '/home/ada')).toBe(expected),
);
