import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Clock ticks a second of /proc, the same on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Runs something and tells which share of the machine's processor time went to programs other than this one's children. */
export async function withForeignLoad<T>(
	pids: readonly number[],
	work: () => Promise<T>,
): Promise<{ readonly result: T; readonly foreign: number }> {
	const own = [process.pid, ...pids];
	const before = { busy: busySeconds(), own: sum(own.map(secondsOf)), at: performance.now() };
	const result = await work();
	const seconds = (performance.now() - before.at) / 1000;
	const used = busySeconds() - before.busy - (sum(own.map(secondsOf)) - before.own);
	return { result, foreign: Math.max(0, used) / (seconds * cpus().length) };
}

/** Processor seconds of the whole machine since it started. */
function busySeconds(): number {
	const [user = 0, nice = 0, system = 0, , , interrupt = 0, softInterrupt = 0, steal = 0] = readFileSync(
		'/proc/stat',
		'utf8',
	)
		.split('\n', 1)[0]!
		.split(/\s+/)
		.slice(1)
		.map(Number);
	return (user + nice + system + interrupt + softInterrupt + steal) / ticksPerSecond;
}

/** Processor seconds of one process; 0 when it has ended. */
function secondsOf(pid: number): number {
	try {
		const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
			.replace(/^.*\) /, '')
			.split(' ');
		return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
	} catch {
		return 0;
	}
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Bytes a second that one core reads from memory: comparing two equal buffers far larger than the caches. */
export function readBandwidth(): number {
	const size = 1 << 28;
	const one = Buffer.alloc(size, 1);
	const other = Buffer.alloc(size, 1);
	const start = performance.now();
	if (one.compare(other) !== 0) throw new Error('memory is broken');
	return (2 * size) / ((performance.now() - start) / 1000);
}
