import { join } from 'node:path';
import { LocalEngine } from '../../../src/backends';
import { silentLog } from '../../../src/base';
import { greedy, type TextGenerator, type Usage } from '../../../src/generation';
import { summarize } from '../statistics';

/** The engine that ships with one model, asked for tokens. */
export class TimedEngine {
	private constructor(
		private readonly engine: LocalEngine,
		private readonly generator: TextGenerator,
		/** From nothing to a loaded model. */
		readonly loadMs: number,
	) {}

	static async start(root: string, folder: string): Promise<TimedEngine> {
		const engine = new LocalEngine({
			entry: join(root, 'dist', 'engine.js'),
			load: () => ({ folder, device: 'cpu', cacheBytes: 256 << 20, threads: 1 }),
			idleUnloadMs: 0,
			log: silentLog,
		});
		const startedAt = performance.now();
		const generator = await engine.ready();
		return new TimedEngine(engine, generator, performance.now() - startedAt);
	}

	get contextTokens(): number {
		return this.generator.model.contextTokens;
	}

	get pid(): number {
		return this.engine.pid!;
	}

	/** Answers greedily; what the engine says of its own times. */
	async answer(ids: readonly number[], maxTokens: number): Promise<Usage & { readonly totalMs: number }> {
		const startedAt = performance.now();
		const request = {
			prompt: { kind: 'tokens', ids },
			maxTokens,
			sampling: greedy,
			stop: [],
			priority: 'typing',
			drafts: false,
		} as const;
		for await (const event of this.generator.generate(request, new AbortController().signal))
			if (event.type === 'done') return { ...event.usage, totalMs: performance.now() - startedAt };
		throw new Error('The engine did not finish.');
	}

	dispose(): void {
		this.engine.dispose();
	}
}

/** The median of what is measured `rounds` times, with two digits that count. */
export async function medianOf(rounds: number, measure: (round: number) => Promise<number>): Promise<number> {
	const values: number[] = [];
	for (let round = 0; round < rounds; round++) values.push(await measure(round));
	return rounded(summarize(values, '')!.median);
}

export const rounded = (value: number): number => Number(value.toPrecision(value >= 100 ? 3 : 2));
