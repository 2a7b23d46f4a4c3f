import { link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';

/** A start takes less; whoever holds the lock for longer hangs, or its process number belongs to somebody else by now. */
const longestHoldMs = 60_000;

interface Holder {
	readonly pid: number;
	/** When its process started, as the system tells it; absent where it does not. */
	readonly started?: string;
}

/** A lock between processes: a file that only one can make. One whose holder is gone is taken away.
 * @returns what gives it back, or undefined while somebody holds it */
export async function takeLock(file: string): Promise<(() => Promise<void>) | undefined> {
	if (await make(file)) return () => rm(file, { force: true });
	const stale = await staleText(file);
	if (stale === undefined || !(await takeAway(file, stale))) return undefined;
	return (await make(file)) ? () => rm(file, { force: true }) : undefined;
}

/** Removes a lock with this text. Of those who want to, one can rename it; who comes late takes the next holder's lock in the hand and
 * puts it back. At worst somebody else comes in between, and two engines run where one would do. */
async function takeAway(file: string, stale: string): Promise<boolean> {
	const aside = `${file}.${randomBytes(4).toString('hex')}`;
	try {
		await rename(file, aside);
		const isIt = (await readFile(aside, 'utf8')) === stale;
		if (!isIt) await link(aside, file).catch(() => undefined);
		await rm(aside, { force: true });
		return isIt;
	} catch {
		// Somebody else was faster.
		return true;
	}
}

async function make(file: string): Promise<boolean> {
	try {
		const handle = await open(file, 'wx', 0o600);
		const started = await startOf(process.pid);
		const holder: Holder = { pid: process.pid, ...(started !== undefined && { started }) };
		await handle.writeFile(JSON.stringify(holder));
		await handle.close();
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
		throw error;
	}
}

/** What stands in a lock whose holder is gone; undefined for one that is held. */
async function staleText(file: string): Promise<string | undefined> {
	try {
		const text = await readFile(file, 'utf8');
		const ageMs = Date.now() - (await stat(file)).mtimeMs;
		return ageMs > longestHoldMs || (await isGone(JSON.parse(text) as Partial<Holder>)) ? text : undefined;
	} catch {
		// Gone, or being written: look again later.
		return undefined;
	}
}

async function isGone({ pid, started }: Partial<Holder>): Promise<boolean> {
	if (typeof pid !== 'number' || !isAlive(pid)) return true;
	return typeof started === 'string' && started !== (await startOf(pid));
}

/** Whether a process of this number runs. */
export function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code !== 'ESRCH';
	}
}

/** Clock ticks from boot to the start of a process, on Linux. */
async function startOf(pid: number): Promise<string | undefined> {
	const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
	// Behind the name, which may hold spaces and brackets, the start is the twentieth field.
	return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
}
