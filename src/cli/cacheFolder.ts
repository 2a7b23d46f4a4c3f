import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where this user's programs keep what they can compute again. */
export function cacheFolder(
	environment: NodeJS.ProcessEnv = process.env,
	platform: NodeJS.Platform = process.platform,
	home = homedir(),
): string {
	// The convention counts an empty variable as none.
	const named = platform === 'win32' ? environment.LOCALAPPDATA : environment.XDG_CACHE_HOME;
	if (named !== undefined && named !== '') return join(named, 'inkling');
	switch (platform) {
		case 'win32':
			return join(home, 'AppData', 'Local', 'inkling');
		case 'darwin':
			return join(home, 'Library', 'Caches', 'inkling');
		default:
			return join(home, '.cache', 'inkling');
	}
}
