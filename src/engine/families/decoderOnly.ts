import { type Log } from '../../base';
import { GenerationError } from '../../generation';
import { type DecoderConfig } from '../../models';
import { GrowingCache, InPlaceCache, type CacheLayout, type KeyValueCache } from '../kvCache';
import { tensor, type EngineTensor, type Session } from '../runtime';
import { widenFloat16 } from '../sampling';
import { readDecoderLayout, type DecoderLayout } from './decoderLayout';

export type CacheStrategy = 'in place' | 'growing';

export interface DecoderOptions {
	readonly config: DecoderConfig;
	readonly graphFile: string;
	/** False keeps to the ordinary cache: on devices other than the CPU, and in tests. */
	readonly allowInPlace: boolean;
}

/** A GPT-like graph in the Hugging Face layout: token ids and a cache in, logits and a longer cache out. */
export class DecoderOnly {
	private readonly ones: NumberTape;
	private readonly positions: NumberTape;
	/** Buffers for logits by number of positions; decoding uses the one for 1 again and again. */
	private lastLogits: EngineTensor | undefined;
	private widened: Float32Array | undefined;
	private strategy: CacheStrategy = 'growing';

	private constructor(
		private readonly session: Session,
		private readonly layout: DecoderLayout,
		private readonly graphFile: string,
	) {
		this.ones = new NumberTape(() => 1n);
		this.positions = new NumberTape(BigInt);
	}

	/** Reads the graph's layout and proves with a few small runs that it works and which cache it can use.
	 * @throws GenerationError badModel, unsupportedModel or outOfMemory */
	static async load(session: Session, options: DecoderOptions, log: Log): Promise<DecoderOnly> {
		const layout = readDecoderLayout(session, options.config, options.graphFile);
		const decoder = new DecoderOnly(session, layout, options.graphFile);
		const expected = await decoder.probe('growing');
		if (options.allowInPlace && layout.cache.stopOutput !== undefined) await decoder.tryInPlace(expected, log);
		return decoder;
	}

	get cacheStrategy(): CacheStrategy {
		return this.strategy;
	}

	get cacheLayout(): CacheLayout {
		return this.layout.cache;
	}

	/** An empty cache of the best kind this graph can use. */
	createCache(): KeyValueCache {
		return this.createCacheOf(this.strategy);
	}

	/** Appends `ids` to the cache and returns the logits after the last of them, valid until the next call. */
	async forward(cache: KeyValueCache, ids: readonly number[]): Promise<Float32Array> {
		const rows = this.layout.keep ? 1 : ids.length;
		const logits = await cache.run({
			feeds: this.feeds(cache.length, ids),
			count: ids.length,
			makeLogits: () => this.makeLogits(rows),
		});
		return this.lastRow(logits, rows);
	}

	private feeds(past: number, ids: readonly number[]): Record<string, EngineTensor> {
		const count = ids.length;
		const { hasMask, hasPositions, keep } = this.layout;
		const feeds: Record<string, EngineTensor> = {
			input_ids: tensor('int64', BigInt64Array.from(ids, BigInt), [1, count]),
		};
		if (hasMask) feeds.attention_mask = tensor('int64', this.ones.range(0, past + count), [1, past + count]);
		if (hasPositions) feeds.position_ids = tensor('int64', this.positions.range(past, past + count), [1, count]);
		if (keep) feeds[keep.name] = tensor('int64', BigInt64Array.of(1n), keep.isScalar ? [] : [1]);
		return feeds;
	}

	private makeLogits(rows: number): EngineTensor {
		const { logitsWidth, logitsType } = this.layout;
		if (this.lastLogits?.dims[1] === rows) return this.lastLogits;
		const length = rows * logitsWidth;
		const numbers = logitsType === 'float16' ? new Uint16Array(length) : new Float32Array(length);
		return (this.lastLogits = tensor(logitsType, numbers, [1, rows, logitsWidth]));
	}

	private lastRow({ data, dims }: EngineTensor, rows: number): Float32Array {
		const width = dims[2] ?? 0;
		if (dims.length !== 3 || dims[1] !== rows || width < 1)
			throw this.broken(`gave logits of shape [${dims.join(', ')}]`);
		const start = (rows - 1) * width;
		if (data instanceof Float32Array) return data.subarray(start, start + width);
		if (!ArrayBuffer.isView(data)) throw this.broken('gave logits that are not numbers');
		this.widened ??= new Float32Array(width);
		widenFloat16(new Uint16Array(data.buffer, data.byteOffset + start * 2, width), this.widened);
		return this.widened;
	}

	private createCacheOf(strategy: CacheStrategy): KeyValueCache {
		const { cache } = this.layout;
		const { stopOutput } = cache;
		return strategy === 'in place' && stopOutput !== undefined
			? new InPlaceCache(this.session, { ...cache, stopOutput })
			: new GrowingCache(this.session, cache);
	}

	/** Prefill, one token, truncation and a chunk on top: everything generation does, in four small runs. */
	private async probe(strategy: CacheStrategy): Promise<Float32Array[]> {
		const cache = this.createCacheOf(strategy);
		const results: Float32Array[] = [];
		const run = async (ids: readonly number[]): Promise<void> => {
			results.push((await this.forward(cache, ids)).slice());
		};
		const size = this.layout.logitsWidth;
		const id = (index: number): number => (index * 7 + 3) % Math.min(size, 200);
		await run([id(0), id(1), id(2), id(3), id(4)]);
		await run([id(5)]);
		cache.truncate(3);
		await run([id(6), id(7)]);
		await run([id(8)]);
		return results;
	}

	private async tryInPlace(expected: readonly Float32Array[], log: Log): Promise<void> {
		try {
			const found = await this.probe('in place');
			if (!found.every((row, index) => agree(row, expected[index]!))) throw new Error('the numbers differ');
			this.strategy = 'in place';
		} catch (error) {
			log.warn(
				`The in-place KV cache does not work with ${this.graphFile} (${String(error)}); using the ordinary one.`,
			);
		}
	}

	private broken(problem: string): GenerationError {
		return new GenerationError('badModel', `${this.graphFile} ${problem}. Download the model again or choose another.`);
	}
}

/** Same numbers up to rounding. Stale or missing cache rows are off by much more. */
function agree(found: Float32Array, expected: Float32Array): boolean {
	let scale = 0;
	let difference = 0;
	for (let index = 0; index < expected.length; index++) {
		scale = Math.max(scale, Math.abs(expected[index]!));
		difference = Math.max(difference, Math.abs(expected[index]! - found[index]!));
	}
	return found.length === expected.length && difference <= 1e-3 * Math.max(scale, 1);
}

/** A growing tape of numbers of which any range can be taken without copying. */
class NumberTape {
	private numbers = new BigInt64Array(0);

	constructor(private readonly at: (index: number) => bigint) {}

	range(start: number, end: number): BigInt64Array {
		if (end > this.numbers.length)
			this.numbers = BigInt64Array.from({ length: end + 1024 }, (_, index) => this.at(index));
		return this.numbers.subarray(start, end);
	}
}
