import { GenerationError } from '../../generation';
import { type EncoderDecoderConfig } from '../../models';
import { emptyPast, GrowingCache } from '../kvCache';
import { tensor, type EngineTensor } from '../runtime';
import { readCrossLayout, type CrossGraphs, type CrossLayout } from './crossLayout';
import { feedOneByOne } from './feedOneByOne';
import { type DecodingPlan, type DecodingState, type ModelFamily } from './family';
import { Encoder, bytesOf, type Encoded } from './encoder';
import { LogitRows } from './logitRows';
import { LayoutFacts } from './layoutFacts';
import { probeState, sameNumbers } from './probe';

type Tensors = Readonly<Record<string, EngineTensor>>;

const encoderOutput = 'last_hidden_state';

/** T5, BART, Marian and their kin in Optimum's layouts: an encoder, and a decoder in one merged file or in two. */
export class EncoderDecoder implements ModelFamily {
	readonly readsSourceApart = true;
	readonly description: string;

	private constructor(private readonly network: Network) {
		this.description = `encoder-decoder (${network.layout.isMerged ? 'merged' : 'two decoder files'}), KV cache growing`;
	}

	/** Checks that the graphs belong together and proves with a few small runs that they work. @throws GenerationError */
	static async load(graphs: CrossGraphs, config: EncoderDecoderConfig): Promise<EncoderDecoder> {
		const facts = new LayoutFacts(graphs.encoder.session, graphs.encoder.file);
		const encoder = new Encoder(graphs.encoder.session, facts, [encoderOutput]);
		const layout = readCrossLayout(graphs, config);
		const family = new EncoderDecoder({ graphs, encoder, layout, logits: new LogitRows(graphs.first.file) });
		await family.prove(config.vocabularySize);
		return family;
	}

	get logitsWidth(): number {
		return this.network.layout.logitsWidth;
	}

	plan(promptIds: readonly number[], decoderStart: readonly number[]): DecodingPlan {
		return { source: promptIds, ids: decoderStart, together: 0 };
	}

	createState({ source }: DecodingPlan): DecodingState {
		return new CrossState(this.network, new Source(this.network, source));
	}

	/** The two kinds of runs must agree about the same tokens; graphs of different models do not. */
	private async prove(vocabularySize: number): Promise<void> {
		const plan = this.plan([vocabularySize - 1, 1, 2], [0]);
		await probeState(this.createState(plan), vocabularySize);
		const together = (await this.createState(plan).forward([0, 3, 5])).slice();
		const apart = this.createState(plan);
		for (const id of [0, 3]) await apart.forward([id]);
		if (sameNumbers(await apart.forward([5]), together)) return;
		const { first, next } = this.network.graphs;
		throw new GenerationError(
			'badModel',
			`${next.file} does not continue what ${first.file} began: the numbers differ. Download all files of the model again.`,
		);
	}
}

interface Network {
	readonly graphs: CrossGraphs;
	readonly encoder: Encoder;
	readonly layout: CrossLayout;
	readonly logits: LogitRows;
}

/** One source: its encoder result and, after a first run of the decoder, the cross-attention cache. Computed once, shared by
 * all states that decode from it. */
class Source {
	private encoded: Encoded | undefined;
	/** Feeds by their names as past. */
	cross: Tensors | undefined;

	constructor(
		private readonly network: Network,
		private readonly ids: readonly number[],
	) {}

	get bytes(): number {
		return bytesOf(Object.values(this.encoded?.results ?? {})) + bytesOf(Object.values(this.cross ?? {}));
	}

	/** What a decoder graph with these inputs reads of the encoder. */
	async feeds(inputs: ReadonlySet<string>): Promise<Tensors> {
		this.encoded ??= await this.network.encoder.run(this.ids);
		const { mask, results } = this.encoded;
		return {
			...(inputs.has('encoder_attention_mask') && { encoder_attention_mask: mask }),
			...(inputs.has('encoder_hidden_states') && { encoder_hidden_states: results[encoderOutput]! }),
		};
	}

	/** Keeps the presents of a first run. */
	keepCross(results: Tensors): void {
		this.cross = Object.fromEntries(this.network.layout.cross.map(({ past, present }) => [past, results[present]!]));
	}
}

class CrossState implements DecodingState {
	constructor(
		private readonly network: Network,
		private readonly source: Source,
		private readonly cache = new GrowingCache(network.graphs.next.session, network.layout.own),
	) {}

	get length(): number {
		return this.cache.length;
	}

	get bytes(): number {
		return this.cache.bytes + this.source.bytes;
	}

	async forward(ids: readonly number[]): Promise<Float32Array> {
		if (this.length === 0) return this.firstRun(ids);
		// Published decoders with a past take one token a run; more than one follows the first run only after a forced token.
		return feedOneByOne(this, ids, id => this.nextRun(id));
	}

	truncate(length: number): void {
		this.cache.truncate(length);
	}

	copy(length = this.length): CrossState {
		return new CrossState(this.network, this.source, this.cache.copy(length));
	}

	/** Without a past. Also fills the cross-attention cache, unless the source has one already. */
	private async firstRun(ids: readonly number[]): Promise<Float32Array> {
		const { graphs, layout, logits } = this.network;
		const { own, cross, isMerged, firstInputs } = layout;
		const feeds: Record<string, EngineTensor> = {
			...idFeed(ids),
			...(await this.source.feeds(firstInputs)),
			...(isMerged && { ...emptyPast(own, [...own.slots, ...cross]), use_cache_branch: useCache(false) }),
		};
		const slots = this.source.cross ? own.slots : [...own.slots, ...cross];
		const results = await graphs.first.session.run(feeds, [own.logits, ...slots.map(({ present }) => present)]);
		const row = logits.last(results[own.logits]!, ids.length);
		if (!this.source.cross) this.source.keepCross(results);
		this.cache.fill(results, ids.length);
		return row;
	}

	private async nextRun(id: number): Promise<Float32Array> {
		const { layout, logits } = this.network;
		const feeds: Record<string, EngineTensor> = {
			...idFeed([id]),
			...(await this.source.feeds(layout.nextInputs)),
			...this.source.cross,
			...(layout.isMerged && { use_cache_branch: useCache(true) }),
		};
		return logits.last(await this.cache.run({ feeds, count: 1 }), 1);
	}
}

const idFeed = (ids: readonly number[]): Tensors => ({
	input_ids: tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]),
});

const useCache = (value: boolean): EngineTensor => tensor('bool', Uint8Array.of(value ? 1 : 0), [1]);
