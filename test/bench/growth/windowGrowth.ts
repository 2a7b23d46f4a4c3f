import { readFileSync } from 'node:fs';
import { freshIds } from '../peers/rounds';
import { type Table } from './growth';
import { medianOf, rounded, TimedEngine } from './timedEngine';

/** Windows with an engine each: what the others cost the one that is typed in, at rest and typing at the same time. */
export async function byWindows(root: string, folder: string, rounds: number): Promise<Table> {
	const engines: TimedEngine[] = [];
	try {
		const rows: number[][] = [];
		for (const count of [1, 2, 4, 8]) {
			while (engines.length < count) engines.push(await TimedEngine.start(root, folder));
			const ids = freshIds(512, count).map(id => id % 8000);
			for (const engine of engines) await engine.answer(ids, 1);
			const keystroke = (engine: TimedEngine, round: number): Promise<number> =>
				engine.answer([...ids, ...freshIds(3, round).map(id => id % 8000)], 8).then(({ totalMs }) => totalMs);
			const alone = await medianOf(rounds * 5, round => keystroke(engines[0]!, round));
			const together = await medianOf(rounds * 5, async round => {
				const times = await Promise.all(engines.map(engine => keystroke(engine, round)));
				return times.reduce((sum, time) => sum + time, 0) / times.length;
			});
			const memory = engines.reduce((sum, { pid }) => sum + residentMegabytes(pid), 0);
			rows.push([count, alone, together, Math.round(memory), rounded(memory / count)]);
		}
		const columns = ['windows', 'keystroke, others at rest, ms', 'all at once, ms', 'memory, MiB', 'a window, MiB'];
		return { title: 'Open windows (built-in model, 512 tokens of context, 8 generated)', columns, rows };
	} finally {
		for (const engine of engines) engine.dispose();
	}
}

/** Proportional: pages that several processes share count once. Linux only. */
function residentMegabytes(pid: number): number {
	const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
	return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / 1024;
}
