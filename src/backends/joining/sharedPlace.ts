import { createHash, randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadOptions } from '../../protocol';
import { makePrivateFolder, sharingVersion } from '../../sharing';

/** The files by which windows find the engine of one model. */
export interface SharedPlace {
	readonly record: string;
	readonly lock: string;
	/** A path for the socket of an engine that is about to start; no two are the same. */
	readonly socket: string;
}

/** Longer paths are no addresses of sockets on macOS (104) and Linux (108). */
const longestSocketPath = 100;

/**
 * Where the engine of this model, with these options, in this build of the extension, on this machine is to be found. Other
 * options or another build have another engine.
 * @param folder of its own, made and checked here  @param entry absolute path of the engine bundle
 * @throws Error when no folder is closed to others
 */
export async function sharedPlace(folder: string, entry: string, options: LoadOptions): Promise<SharedPlace> {
	await makePrivateFolder(folder);
	const { size, mtimeMs } = await stat(entry);
	const who = [sharingVersion, hostname(), entry, size, mtimeMs, process.version];
	const what = [options.folder, options.device, options.threads ?? 0, options.cacheBytes];
	const key = createHash('sha256')
		.update(JSON.stringify([who, what]))
		.digest('hex')
		.slice(0, 16);
	const at = (name: string): string => join(folder, `${key}.${name}`);
	return { record: at('json'), lock: at('lock'), socket: await socketPath(folder) };
}

async function socketPath(folder: string): Promise<string> {
	const name = `${randomBytes(6).toString('hex')}.sock`;
	const near = join(folder, name);
	if (Buffer.byteLength(near) <= longestSocketPath) return near;
	const short = join(tmpdir(), `inkling-${process.getuid?.() ?? ''}`);
	await makePrivateFolder(short);
	const path = join(short, name);
	if (Buffer.byteLength(path) > longestSocketPath) throw new Error(`${path} is too long for a socket`);
	return path;
}
