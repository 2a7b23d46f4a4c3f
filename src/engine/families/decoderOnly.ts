import { type Log } from '../../base';
import { type DecoderConfig } from '../../models';
import { FloatForm, type OpenGraph } from '../floatForm';
import { type Proof } from '../proofs';
import { type Session } from '../runtime';
import { CachedState, DecoderGraph, type CacheStrategy } from './decoderGraph';
import { readDecoderLayout } from './decoderLayout';
import { planFromPrompt, type DecodingPlan, type DecodingState, type ModelFamily } from './family';
import { proveOnDevice, probeGraph, sameNumbers } from './probe';

export interface DecoderOptions {
	readonly config: DecoderConfig;
	readonly graphFile: string;
	/** The cache to try; when the graph or the binding does not do it, it is the ordinary one. 'on the device' takes a session whose
	 * cache outputs stay there. */
	readonly cache: CacheStrategy;
	/** The cache it works with, where that was proven before: nothing is run then. */
	readonly proven?: Proof['cache'] | undefined;
	/** Loads another graph with the weights of this one, for what is faster with one. */
	readonly openGraph?: OpenGraph | undefined;
}

/** A GPT-like graph in the Hugging Face layout: token ids and a cache in, logits and a longer cache out. */
export class DecoderOnly implements ModelFamily {
	readonly readsSourceApart = false;

	private constructor(
		private readonly graph: DecoderGraph,
		readonly cacheStrategy: CacheStrategy,
		private readonly floatForm?: FloatForm,
	) {}

	/** Reads the graph's layout and proves with a few small runs that it works and which cache it can use.
	 * @throws GenerationError badModel, unsupportedModel or outOfMemory, and for a cache on the device that gives other numbers */
	static async load(session: Session, options: DecoderOptions, log: Log): Promise<DecoderOnly> {
		const layout = readDecoderLayout(session, options.config, options.graphFile);
		const graph = new DecoderGraph(session, layout, options.graphFile);
		if (options.cache === 'on the device') {
			await proveOnDevice(graph, options.config.vocabularySize);
			return new DecoderOnly(graph, 'on the device');
		}
		const cache = options.proven ?? (await prove(graph, options, log));
		if (cache === 'growing') return new DecoderOnly(graph, cache);
		const { graphFile, openGraph: open } = options;
		const { vocabularySize } = options.config;
		const floatForm = open && new FloatForm(graph, { graphFile, vocabularySize, cache, open }, log);
		return new DecoderOnly(graph, cache, floatForm);
	}

	get description(): string {
		return `decoder-only, KV cache ${this.cacheStrategy}`;
	}

	get logitsWidth(): number {
		return this.graph.layout.logitsWidth;
	}

	plan(promptIds: readonly number[]): DecodingPlan {
		return planFromPrompt(promptIds);
	}

	createState(): DecodingState {
		const cache = this.graph.createCache(this.cacheStrategy);
		return new CachedState(this.graph, cache, {}, tokens => this.floatForm?.expect(tokens) ?? Promise.resolve());
	}
}

/** @throws GenerationError when the graph works with no cache */
async function prove(graph: DecoderGraph, options: DecoderOptions, log: Log): Promise<Proof['cache']> {
	const expected = await probeGraph(graph, 'growing', options.config.vocabularySize);
	const { cache } = options;
	if (cache === 'growing' || cache === 'on the device' || graph.layout.cache.stopOutput === undefined) return 'growing';
	return (await worksWith(graph, expected, { ...options, cache }, log)) ? cache : 'growing';
}

async function worksWith(
	graph: DecoderGraph,
	expected: readonly Float32Array[],
	{ config, graphFile, cache }: DecoderOptions,
	log: Log,
): Promise<boolean> {
	try {
		const found = await probeGraph(graph, cache, config.vocabularySize);
		if (!found.every((row, index) => sameNumbers(row, expected[index]!))) throw new Error('the numbers differ');
		return true;
	} catch (error) {
		log.warn(`The KV cache '${cache}' does not work with ${graphFile} (${String(error)}); using the ordinary one.`);
		return false;
	}
}
