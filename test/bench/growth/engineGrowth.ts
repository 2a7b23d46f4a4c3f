import { peakMemoryOf } from '../peers/ours';
import { freshIds } from '../peers/rounds';
import { type Table } from './growth';
import { medianOf, rounded, TimedEngine } from './timedEngine';

type Folders = Readonly<Record<string, string>>;

const newTokens = 24;

/** Everything that attention touches, by the number of tokens before it. */
export async function byContext(root: string, folder: string, rounds: number): Promise<Table> {
	const engine = await TimedEngine.start(root, folder);
	try {
		const rows: number[][] = [];
		for (const length of [128, 512, 1024, 2048, 4096, 8000]) {
			const prefill = await medianOf(rounds, async round => {
				const { prefillMs } = await engine.answer(freshIds(length, round * 31 + length), 1);
				return prefillMs / length;
			});
			const ids = freshIds(length, length);
			await engine.answer(ids, 1);
			const decode = await medianOf(
				rounds,
				async () => (await engine.answer(ids, newTokens)).decodeMs / (newTokens - 1),
			);
			const keystroke = await medianOf(rounds, async round => {
				const typed = [...ids, ...freshIds(3, round + 7)];
				return (await engine.answer(typed, 16)).totalMs;
			});
			rows.push([length, prefill, decode, keystroke]);
		}
		return {
			title: 'Context (45 M, int4, one thread)',
			columns: ['tokens', 'prefill, ms a token', 'decode, ms a token', 'keystroke of 3 tokens, 16 generated, ms'],
			rows,
		};
	} finally {
		engine.dispose();
	}
}

/** What a run of several tokens costs beside one of a single token: what drafts live on. */
export async function byDraft(root: string, folders: Folders, rounds: number): Promise<Table> {
	const lengths = [1, 2, 3, 4, 6, 8];
	const rows: (string | number)[][] = [];
	for (const [name, folder] of Object.entries(folders)) {
		const engine = await TimedEngine.start(root, folder);
		try {
			const ids = freshIds(512, 3).map(id => id % 8000);
			await engine.answer(ids, 1);
			const times: number[] = [];
			for (const length of lengths)
				times.push(
					await medianOf(rounds * 5, async round => {
						const more = freshIds(length, round * 17 + length).map(id => id % 8000);
						return (await engine.answer([...ids, ...more], 1)).prefillMs;
					}),
				);
			rows.push([name, ...times.map(time => `${rounded(time / times[0]!)}x`)]);
		} finally {
			engine.dispose();
		}
	}
	return { title: 'Tokens in one run, behind 512', columns: ['model', ...lengths.map(String)], rows };
}

export async function byModel(root: string, folders: Folders, rounds: number): Promise<Table> {
	const length = 512;
	const rows: (string | number)[][] = [];
	for (const [name, folder] of Object.entries(folders)) {
		const engine = await TimedEngine.start(root, folder);
		try {
			const prompt = (round: number): readonly number[] => freshIds(length, round * 41 + 5).map(id => id % 8000);
			const prefill = await medianOf(
				rounds,
				async round => (length / (await engine.answer(prompt(round), 1)).prefillMs) * 1000,
			);
			const decode = await medianOf(
				rounds,
				async () => ((newTokens - 1) / (await engine.answer(prompt(0), newTokens)).decodeMs) * 1000,
			);
			rows.push([name, rounded(engine.loadMs), prefill, decode, Math.round(peakMemoryOf(engine.pid) / 2 ** 20)]);
		} finally {
			engine.dispose();
		}
	}
	const columns = ['model', 'load, ms', 'prefill of 512, tok/s', 'decode after 512, tok/s', 'peak memory, MiB'];
	return { title: 'Model (one thread)', columns, rows };
}
