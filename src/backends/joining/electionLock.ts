import { open, readFile, rename, rm, stat } from 'node:fs/promises';
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
	if (!(await isStale(file))) return undefined;
	// Only one of those who want to remove it can rename it. At worst two take the lock, and two engines run where one would do.
	const aside = `${file}.${randomBytes(4).toString('hex')}`;
	await rename(file, aside).then(
		() => rm(aside, { force: true }),
		() => undefined,
	);
	return (await make(file)) ? () => rm(file, { force: true }) : undefined;
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

async function isStale(file: string): Promise<boolean> {
	try {
		const ageMs = Date.now() - (await stat(file)).mtimeMs;
		if (ageMs > longestHoldMs) return true;
		const holder = JSON.parse(await readFile(file, 'utf8')) as Partial<Holder>;
		if (typeof holder.pid !== 'number' || !isAlive(holder.pid)) return true;
		return typeof holder.started === 'string' && holder.started !== (await startOf(holder.pid));
	} catch {
		// Gone, or being written: look again later.
		return false;
	}
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
