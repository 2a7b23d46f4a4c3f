import { type Contestant } from './contestant';
import { withForeignLoad } from './machineLoad';
import { type Sample } from './paired';

export interface Plan {
	readonly rounds: number;
	readonly prefill: readonly number[];
	readonly decode: readonly number[];
	/** Tokens generated where decoding is measured. */
	readonly newTokens: number;
	/** Tokens that are cached before a keystroke, that it adds, and that are generated after it. */
	readonly keystroke: { readonly cached: number; readonly fresh: number; readonly generated: number };
}

/** Ids that no earlier prompt begins with: caches must not help where they are not asked about. */
export function freshIds(length: number, seed: number): readonly number[] {
	return Array.from({ length }, (_, index) => ((index * 7919 + seed * 104_729 + 13) % 12_000) + 300);
}

type Measure = (contestant: Contestant, round: number) => Promise<number>;

/** Measures everything in turns: within a round each measure is taken of all contestants, the order rotating by round. */
export async function runRounds(
	contestants: readonly Contestant[],
	pids: () => readonly number[],
	plan: Plan,
	progress: (text: string) => void,
): Promise<ReadonlyMap<string, readonly Sample[]>> {
	const measures = measuresOf(plan);
	const samples = new Map<string, Sample[]>([...measures.keys()].map(name => [name, []]));
	for (let round = 0; round < plan.rounds; round++)
		for (const [name, measure] of measures) {
			progress(`round ${round + 1} of ${plan.rounds}: ${name}`);
			const values = new Array<number>(contestants.length).fill(NaN);
			let worst = 0;
			for (let turn = 0; turn < contestants.length; turn++) {
				const index = (turn + round) % contestants.length;
				const { result, foreign } = await withForeignLoad(pids(), () => measure(contestants[index]!, round));
				values[index] = result;
				worst = Math.max(worst, foreign);
			}
			samples.get(name)!.push({ values, foreign: worst });
		}
	return samples;
}

function measuresOf(plan: Plan): ReadonlyMap<string, Measure> {
	const { cached, fresh, generated } = plan.keystroke;
	const timed = async (work: () => Promise<void>): Promise<number> => {
		const start = performance.now();
		await work();
		return performance.now() - start;
	};
	return new Map<string, Measure>([
		...plan.prefill.map((length): [string, Measure] => [
			`prefill ${length}`,
			(contestant, round) => timed(() => contestant.firstToken(freshIds(length, round * 31 + length))),
		]),
		...plan.decode.map((length): [string, Measure] => [
			`decode at ${length}`,
			(contestant, round) => contestant.decode(freshIds(length, round * 37 + length + 1), plan.newTokens),
		]),
		[
			'keystroke',
			async (contestant, round) => {
				const ids = freshIds(cached + fresh, round * 41 + 3);
				await contestant.firstToken(ids.slice(0, cached));
				return timed(() => contestant.keystroke(ids, fresh, generated));
			},
		],
	]);
}
