import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Target } from '../target';
import { isModelAnswer, Typist } from '../typist';
import { type Table } from './growth';
import { rounded } from './timedEngine';
import { summarize } from '../statistics';

const settings = { minimumDelayMs: 0, maximumDelayMs: 0, initialDelayMs: 0, timeLimitMs: 10_000 };
const typed = 'const heights = measurements';

/** A key in the middle of files that grow: to the answer, and without the model's part, the prompt and all trims. */
export async function byFile(root: string, rounds: number): Promise<Table> {
	const target = await Target.open(root, root, {});
	const source = readFileSync(join(root, 'test', 'fixtures', 'sample', 'src', 'measurement.ts'), 'utf8');
	const lines = source.split('\n');
	return target.withEngine(async load => {
		await load();
		const rows: (string | number)[][] = [];
		for (const count of [80, 800, 8000, 32_000]) {
			const all = Array.from({ length: count }, (_, index) => `${lines[index % lines.length]!} // ${index}`);
			const half = count / 2;
			const before = `${all.slice(0, half).join('\n')}\n`;
			const after = `\n${all.slice(half).join('\n')}`;
			const times: { total: number; host: number }[] = [];
			for (let round = 0; round < rounds; round++)
				times.push(...(await typeInto(load, `file${count}-${round}.ts`, before, after)));
			const median = (read: (time: { total: number; host: number }) => number): number =>
				rounded(summarize(times.map(read), 'ms')?.median ?? NaN);
			const megabytes = (before.length + after.length) / 1e6;
			rows.push([count, rounded(megabytes), median(({ total }) => total), median(({ host }) => host), times.length]);
		}
		const columns = ['lines', 'MB', 'key to answer, ms', 'of it in the host before the model is asked, ms', 'n'];
		return { title: 'File (built-in model)', columns, rows };
	});
}

async function typeInto(
	load: ConstructorParameters<typeof Typist>[0],
	path: string,
	before: string,
	after: string,
): Promise<readonly { total: number; host: number }[]> {
	const typist = new Typist(load, settings);
	try {
		const times: { total: number; host: number }[] = [];
		for (let length = 1; length <= typed.length; length++) {
			const start = before + typed.slice(0, length);
			const keystroke = await typist.type(path, start + after, start.length);
			// The first one computes the whole prompt.
			if (length > 1 && isModelAnswer(keystroke) && keystroke.pacedMs !== undefined)
				times.push({ total: keystroke.totalMs, host: keystroke.pacedMs });
		}
		return times;
	} finally {
		typist.dispose();
	}
}
