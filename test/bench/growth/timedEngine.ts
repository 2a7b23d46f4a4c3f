import { join } from 'node:path';
import { LocalEngine } from '../../../src/backends';
import { silentLog } from '../../../src/base';
import { greedy, type GenerateEvent, type TextGenerator, type Usage } from '../../../src/generation';
import { summarize } from '../statistics';

type Done = Extract<GenerateEvent, { type: 'done' }>;

interface Where {
	readonly device?: 'cpu' | 'webgpu';
	readonly threads?: number;
}

/** The engine that ships with one model, asked for tokens. */
export class TimedEngine {
	private constructor(
		private readonly engine: LocalEngine,
		private readonly generator: TextGenerator,
		/** From nothing to a loaded model. */
		readonly loadMs: number,
	) {}

	/** One thread of the processor, unless said otherwise. Throws when the model does not run where it should. */
	static async start(root: string, folder: string, { device = 'cpu', threads = 1 }: Where = {}): Promise<TimedEngine> {
		const engine = new LocalEngine({
			entry: join(root, 'dist', 'engine.js'),
			load: () => ({ folder, device, cacheBytes: 256 << 20, threads }),
			idleUnloadMs: 0,
			log: silentLog,
		});
		const startedAt = performance.now();
		const generator = await engine.ready();
		const { fallbackReason } = generator.model;
		if (fallbackReason) throw new Error(`The model does not run on ${device}: ${fallbackReason}`);
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
		const { usage } = await this.generate(ids, maxTokens);
		return { ...usage, totalMs: performance.now() - startedAt };
	}

	/** The first greedy token after a prompt. */
	async first(ids: readonly number[]): Promise<number | undefined> {
		return (await this.generate(ids, 1)).tokenIds[0];
	}

	private async generate(ids: readonly number[], maxTokens: number): Promise<Done> {
		const request = {
			prompt: { kind: 'tokens', ids },
			maxTokens,
			sampling: greedy,
			stop: [],
			priority: 'typing',
			drafts: false,
		} as const;
		for await (const event of this.generator.generate(request, new AbortController().signal))
			if (event.type === 'done') return event;
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
