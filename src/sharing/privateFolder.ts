import { lstat, mkdir } from 'node:fs/promises';

/** Makes a folder that nobody else may enter, or checks the one that is there: a folder, not a link, of this user, closed to
 * others. @throws Error that says what is wrong with it */
export async function makePrivateFolder(folder: string): Promise<void> {
	await mkdir(folder, { recursive: true, mode: 0o700 });
	const facts = await lstat(folder);
	if (!facts.isDirectory()) throw new Error(`${folder} is no folder`);
	if (facts.uid !== process.getuid?.()) throw new Error(`${folder} belongs to somebody else`);
	if ((facts.mode & 0o077) !== 0) throw new Error(`${folder} is open to others`);
}
