import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, statfs, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DownloadError, diskErrorFrom } from '../download/downloadError';
import { type Manifest } from '../manifest';
import { type ModelStore, type StoredModel } from '../store';
import { openSeal, seal, sealName, type Seal } from './signature';
import { blockBytes, padding, readTarHeader, tarHeader } from './tar';

const pieceBytes = 1 << 20;
const largestSealBytes = 4 * 1024 * 1024;

/** Writes a model into one file that can be carried into a closed network: a tar with a signed manifest first. The file has its name
 * only once it is whole. @throws DownloadError */
export async function exportBundle(
	{ folder, manifest }: StoredModel,
	privateKey: string,
	target: string,
	signal: AbortSignal,
): Promise<void> {
	const part = `${target}.part`;
	const handle = await open(part, 'w').catch((error: unknown) => {
		throw diskErrorFrom(error, target);
	});
	try {
		const head = Buffer.from(seal(manifest, privateKey));
		await handle.write(tarHeader(sealName, head.length));
		await handle.write(Buffer.concat([head, Buffer.alloc(padding(head.length))]));
		for (const file of manifest.files) await addFile(handle, folder, file, signal);
		await handle.write(Buffer.alloc(2 * blockBytes));
		await handle.sync();
		await handle.close();
		await rename(part, target);
	} catch (error) {
		await handle.close().catch(() => undefined);
		await rm(part, { force: true });
		signal.throwIfAborted();
		throw diskErrorFrom(error, target);
	}
}

type ManifestFile = Manifest['files'][number];

/** A damaged model is not passed on. */
async function addFile(handle: FileHandle, folder: string, file: ManifestFile, signal: AbortSignal): Promise<void> {
	await handle.write(tarHeader(file.path, file.bytes));
	const hash = createHash('sha256');
	for await (const chunk of createReadStream(join(folder, ...file.path.split('/')), {
		highWaterMark: pieceBytes,
		signal,
	})) {
		hash.update(chunk as Buffer);
		await handle.write(chunk as Buffer);
	}
	if (hash.digest('hex') !== file.sha256)
		throw new DownloadError('corrupt', `${file.path} is damaged. Delete the model and download it again.`);
	await handle.write(Buffer.alloc(padding(file.bytes)));
}

/** Who signed a bundle and what is in it, before anything is taken from it. @throws DownloadError */
export async function readBundle(source: string): Promise<Seal> {
	const handle = await open(source, 'r').catch((error: unknown) => {
		throw diskErrorFrom(error, source);
	});
	try {
		return (await readSeal(handle)).seal;
	} finally {
		await handle.close();
	}
}

/** Takes a model from a bundle into the store, with every byte compared to the signed manifest. A model that is there already stays.
 * @throws DownloadError, or GenerationError when it cannot be loaded */
export async function importBundle(
	source: string,
	store: ModelStore,
	onBytes: (bytes: number) => void,
	signal: AbortSignal,
): Promise<StoredModel> {
	const handle = await open(source, 'r');
	let staging: string | undefined;
	try {
		const { seal: found, end } = await readSeal(handle);
		const { manifest } = found;
		const there = (await store.list()).find(
			({ folder }) => folder === store.folderOf(manifest.repository, manifest.variant),
		);
		if (there) return there;
		staging = await store.newStaging(`bundle-${manifest.repository.replace('/', '--')}-${manifest.variant}`);
		await requireSpace(staging, manifest);
		let at = end;
		for (const file of manifest.files) {
			at = await takeFile({ handle, at, file, target: join(staging, ...file.path.split('/')) }, signal);
			onBytes(at);
		}
		return await store.adopt(staging, manifest);
	} catch (error) {
		if (staging !== undefined) await rm(staging, { recursive: true, force: true });
		signal.throwIfAborted();
		throw diskErrorFrom(error, source);
	} finally {
		await handle.close();
	}
}

async function readSeal(handle: FileHandle): Promise<{ readonly seal: Seal; readonly end: number }> {
	const entry = readTarHeader(await readExactly(handle, 0, blockBytes));
	if (entry?.name !== sealName || entry.bytes > largestSealBytes)
		throw new DownloadError('corrupt', 'This is no bundle of a model. Choose a file that Inkling has exported.');
	const text = await readExactly(handle, blockBytes, entry.bytes);
	return { seal: openSeal(text.toString('utf8')), end: blockBytes + entry.bytes + padding(entry.bytes) };
}

interface Taking {
	readonly handle: FileHandle;
	readonly at: number;
	readonly file: ManifestFile;
	readonly target: string;
}

/** Copies the next file, which must be the one the manifest names. Resolves to where it ends in the bundle. */
async function takeFile({ handle, at, file, target }: Taking, signal: AbortSignal): Promise<number> {
	const entry = readTarHeader(await readExactly(handle, at, blockBytes));
	if (entry?.name !== file.path || entry.bytes !== file.bytes) throw damaged(file);
	await mkdir(dirname(target), { recursive: true });
	const output = await open(target, 'w');
	try {
		const hash = createHash('sha256');
		for (let done = 0; done < file.bytes;) {
			signal.throwIfAborted();
			const piece = await readExactly(handle, at + blockBytes + done, Math.min(pieceBytes, file.bytes - done));
			hash.update(piece);
			await output.write(piece);
			done += piece.length;
		}
		if (hash.digest('hex') !== file.sha256) throw damaged(file);
		await output.sync();
	} finally {
		await output.close();
	}
	return at + blockBytes + file.bytes + padding(file.bytes);
}

async function readExactly(handle: FileHandle, at: number, bytes: number): Promise<Buffer> {
	const buffer = Buffer.alloc(bytes);
	for (let done = 0; done < bytes;) {
		const { bytesRead } = await handle.read(buffer, done, bytes - done, at + done);
		if (bytesRead === 0) throw new DownloadError('corrupt', 'The bundle ends early. Get it again.');
		done += bytesRead;
	}
	return buffer;
}

const damaged = ({ path }: ManifestFile): DownloadError =>
	new DownloadError('corrupt', `${path} is not what the bundle's signed manifest says. Get the bundle again.`);

async function requireSpace(folder: string, { files }: Manifest): Promise<void> {
	const needed = files.reduce((sum, { bytes }) => sum + bytes, 64 * 1024 * 1024);
	const { bavail, bsize } = await statfs(folder);
	if (bavail * bsize < needed)
		throw new DownloadError('diskFull', `${folder} needs ${Math.ceil(needed / 1e6)} MB of free space for this bundle.`);
}
