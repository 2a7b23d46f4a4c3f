import {
	AlternatingCache,
	DeviceCache,
	GrowingCache,
	InPlaceCache,
	SpareBuffers,
	type KeyValueCache,
} from '../kvCache';
import { tensor, type EngineTensor, type Session } from '../runtime';
import { type DecoderLayout } from './decoderLayout';
import { type DecodingState } from './family';
import { LogitRows } from './logitRows';
import { NumberTape } from './numberTape';

export type CacheStrategy = 'in place' | 'alternating' | 'on the device' | 'growing';

export type Feeds = Readonly<Record<string, EngineTensor>>;

/** Buffers for more positions than a draft has are made anew: a whole prompt's can take hundreds of megabytes. */
const mostRowsKept = 8;

/** Another form of a graph, for runs of many tokens. */
export interface ManyTokensForm {
	readonly session: Session;
	/** Inputs beyond the usual ones. */
	readonly feeds: Feeds;
	/** Fewer tokens are left to the graph itself. */
	readonly leastTokens: number;
}

/** A graph that takes token ids with a cache and gives logits with a longer one. */
export class DecoderGraph {
	private readonly ones: NumberTape;
	private readonly positions: NumberTape;
	/** Buffers for logits by number of positions; decoding uses the one for 1 again and again. */
	private readonly buffers = new Map<number, EngineTensor>();
	private readonly logits: LogitRows;
	private readonly spareBuffers = new SpareBuffers();
	/** Proven to give the same numbers by whoever sets it. */
	manyTokensForm: ManyTokensForm | undefined;

	constructor(
		private readonly session: Session,
		readonly layout: DecoderLayout,
		graphFile: string,
	) {
		this.logits = new LogitRows(graphFile);
		this.ones = new NumberTape(layout.mask ?? 'int64', () => 1);
		this.positions = new NumberTape(layout.positions ?? 'int64', index => index);
	}

	createCache(strategy: CacheStrategy): KeyValueCache {
		const { cache } = this.layout;
		const { stopOutput } = cache;
		if (strategy === 'on the device') return new DeviceCache(this.session, cache);
		if (strategy === 'growing' || stopOutput === undefined) return new GrowingCache(this.session, cache);
		const layout = { ...cache, stopOutput };
		return strategy === 'in place'
			? new InPlaceCache(this.session, layout, this.spareBuffers)
			: new AlternatingCache(this.session, layout);
	}

	/** Appends `ids` to the cache and returns the logits after the last of them, valid until the next call.
	 * @param more inputs beyond the usual ones */
	async forward(cache: KeyValueCache, ids: readonly number[], more: Feeds = {}): Promise<Float32Array> {
		const rows = this.layout.keep ? 1 : ids.length;
		return this.logits.last(await this.run(cache, ids, rows, more), rows);
	}

	/** The same with the logits after each of the `ids`. */
	async forwardEach(cache: KeyValueCache, ids: readonly number[], more: Feeds = {}): Promise<readonly Float32Array[]> {
		return this.logits.all(await this.run(cache, ids, ids.length, more), ids.length);
	}

	private run(cache: KeyValueCache, ids: readonly number[], rows: number, more: Feeds): Promise<EngineTensor> {
		const form = this.manyTokensForm;
		const other = form && ids.length >= form.leastTokens ? form : undefined;
		return cache.run({
			session: other?.session,
			feeds: { ...this.feeds(cache.length, ids, rows), ...more, ...other?.feeds },
			count: ids.length,
			makeLogits: () => this.makeLogits(rows),
		});
	}

	private feeds(past: number, ids: readonly number[], rows: number): Record<string, EngineTensor> {
		const count = ids.length;
		const { idType, mask, positions, keep } = this.layout;
		const numbers = idType === 'int32' ? Int32Array.from(ids) : BigInt64Array.from(ids, BigInt);
		const feeds: Record<string, EngineTensor> = { input_ids: tensor(idType, numbers, [1, count]) };
		if (mask) feeds.attention_mask = tensor(mask, this.ones.range(0, past + count), [1, past + count]);
		if (positions) feeds.position_ids = tensor(positions, this.positions.range(past, past + count), [1, count]);
		if (keep) feeds[keep.name] = tensor('int64', BigInt64Array.of(BigInt(rows)), keep.isScalar ? [] : [1]);
		return feeds;
	}

	private makeLogits(rows: number): EngineTensor {
		const { logitsWidth, logitsType } = this.layout;
		const known = this.buffers.get(rows);
		if (known) return known;
		const length = rows * logitsWidth;
		const numbers = logitsType === 'float16' ? new Uint16Array(length) : new Float32Array(length);
		const made = tensor(logitsType, numbers, [1, rows, logitsWidth]);
		if (rows <= mostRowsKept) this.buffers.set(rows, made);
		return made;
	}
}

/** The state of a decoder-like model: its KV cache and inputs that stay the same in every run. */
export class CachedState implements DecodingState {
	readonly forwardEach: DecodingState['forwardEach'];

	constructor(
		private readonly graph: DecoderGraph,
		private readonly cache: KeyValueCache,
		private readonly constantFeeds: Feeds = {},
		private readonly beforeMany?: (tokens: number) => Promise<void>,
	) {
		if (cache.truncatesFreely) this.forwardEach = ids => graph.forwardEach(cache, ids, constantFeeds);
	}

	get length(): number {
		return this.cache.length;
	}

	get bytes(): number {
		return this.cache.bytes;
	}

	async expect(tokens: number): Promise<void> {
		this.cache.expect?.(tokens);
		await this.beforeMany?.(tokens);
	}

	forward(ids: readonly number[]): Promise<Float32Array> {
		return this.graph.forward(this.cache, ids, this.constantFeeds);
	}

	truncate(length: number): void {
		this.cache.truncate(length);
	}

	/** The same tokens, which both states then hold, with other constant inputs. */
	withFeeds(constantFeeds: Feeds): CachedState {
		return new CachedState(this.graph, this.cache, constantFeeds, this.beforeMany);
	}

	copy(length = this.length): CachedState {
		return new CachedState(this.graph, this.cache.copy(length), this.constantFeeds, this.beforeMany);
	}

	dispose(): void {
		this.cache.dispose?.();
	}
}
