import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { type ReadPackManifest } from './packManifest';

/** What can be wrong with a file of a pack. */
export const packProblems = ['manifest', 'missing', 'size', 'bytes', 'unreadable'] as const;

/** The first file of a pack that is not what its manifest says; with the problem 'manifest' that is the manifest itself. */
export interface PackDamage {
	readonly file: string;
	readonly problem: (typeof packProblems)[number];
}

/** Raised when what is compared, or how, changes. */
const version = 1;

const recordSchema = v.object({
	stamp: v.string(),
	damage: v.optional(v.object({ file: v.string(), problem: v.picklist(packProblems) })),
});

/** What the comparison of one pack found, in a small file outside of it. It counts while the manifest and every file's size, number
 * and times are as they were; the time of the last change to a file or its attributes cannot be set back. */
export class PackProof {
	readonly file: string;

	constructor(
		private readonly root: string,
		private readonly folder: string,
		private readonly pack: ReadPackManifest,
	) {
		const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
		this.file = join(root, `pack-${name}.json`);
	}

	/** Undefined where nothing was found out, or something has changed since. */
	async read(): Promise<{ readonly damage: PackDamage | undefined } | undefined> {
		const text = await readFile(this.file, 'utf8').catch(() => '');
		const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), recordSchema), text);
		return success && output.stamp === (await this.stamp()) ? { damage: output.damage } : undefined;
	}

	/** Of the files as they are now; undefined when one is not there. */
	async stamp(): Promise<string | undefined> {
		const { manifest, text } = this.pack;
		const marks = await Promise.all(manifest.files.map(({ path }) => markOf(this.folder, path))).catch(() => undefined);
		return (
			marks &&
			createHash('sha256')
				.update(JSON.stringify([version, text, marks]))
				.digest('hex')
		);
	}

	/** Keeps what was found about files that had this stamp before they were read. Never fails: what cannot be kept is found out again. */
	async write(stamp: string | undefined, damage: PackDamage | undefined): Promise<void> {
		// What changed while it was read is not what was compared, and what cannot be read now may be readable later.
		if (stamp === undefined || damage?.problem === 'unreadable' || stamp !== (await this.stamp())) return;
		const part = `${this.file}.${randomUUID()}.part`;
		try {
			await mkdir(this.root, { recursive: true });
			await writeFile(part, JSON.stringify({ stamp, ...(damage && { damage }) }));
			await rename(part, this.file);
		} catch {
			await rm(part, { force: true }).catch(() => undefined);
		}
	}
}

async function markOf(folder: string, path: string): Promise<readonly string[]> {
	const { size, ino, mtimeNs, ctimeNs } = await stat(join(folder, ...path.split('/')), { bigint: true });
	return [path, ...[size, ino, mtimeNs, ctimeNs].map(String)];
}
