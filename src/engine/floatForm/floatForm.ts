import { dirname } from 'node:path';
import { type Log } from '../../base';
import { floatGraph, type BlockMatrix } from '../../models';
import { CachedState, type CacheStrategy, type DecoderGraph, type ManyTokensForm } from '../families/decoderGraph';
import { distanceOf } from '../families/probe';
import { availableMemory } from '../memoryCheck';
import { tensor } from '../runtime';
import { floatBytes, readFloatMatrix } from './floatMatrices';
import { multiplicationTimes, type OpenGraph } from './multiplicationTimes';

export interface FloatFormOptions {
	/** The graph that is loaded. */
	readonly graphFile: string;
	readonly vocabularySize: number;
	/** The cache that the graph works with. */
	readonly cache: CacheStrategy;
	/** Loads another graph with the weights of that one. */
	readonly open: OpenGraph;
	/** Replaced in tests. */
	readonly times?: typeof multiplicationTimes;
}

/** Prompts of fewer tokens are read before the form could be ready. */
export const leastExpected = 128;
/** Runs of fewer tokens gain nothing. */
const leastTokens = 16;
/** How much faster it must be to be worth its memory. */
const leastGain = 1.3;
const mostBytes = 512e6;
/** Of the memory that is free. */
const mostShare = 0.25;
/** Between logits of activations rounded to 8 bits and of whole ones, as a share of their length: up to 0.1 in a small model, where
 * wrong numbers are off by 1 and more. */
const limit = 0.2;
/** Few, because the graph itself is slow with them, and somebody waits. */
const provingTokens = 8;

/**
 * Before the first long prompt: a second form of a decoder whose 8-bit matrices are widened to 32-bit floats, for runs of many tokens,
 * where this processor multiplies by those faster. One without instructions for 8-bit sums does so twice as fast.
 */
export class FloatForm {
	private made: Promise<void> | undefined;

	constructor(
		private readonly graph: DecoderGraph,
		private readonly options: FloatFormOptions,
		private readonly log: Log,
	) {}

	/** @param tokens of the prompt that is about to be read */
	async expect(tokens: number): Promise<void> {
		if (tokens < leastExpected) return;
		await (this.made ??= this.make().catch((error: unknown) => {
			// Slower, and as right as before.
			this.log.warn(`The 32-bit form of ${this.options.graphFile} is not used: ${String(error)}`);
		}));
	}

	private async make(): Promise<void> {
		const { graphFile, open, times = multiplicationTimes } = this.options;
		const found = floatGraph(graphFile);
		const bytes = found ? floatBytes(found.matrices) : 0;
		if (!found || bytes > Math.min(mostBytes, mostShare * availableMemory())) return;
		const startedAt = performance.now();
		const { blocksMs, floatsMs } = await times(largest(found.matrices), open);
		const gain = `${(blocksMs / floatsMs).toFixed(2)} times as fast`;
		if (blocksMs < leastGain * floatsMs) {
			this.log.info(`32-bit floats would be ${gain} as 8-bit blocks here: not used.`);
			return;
		}
		const matrices = found.matrices.map(matrix => [matrix.input, widened(graphFile, matrix)] as const);
		const session = await open(found.bytes);
		try {
			const form = { session, feeds: Object.fromEntries(matrices), leastTokens: provingTokens };
			await this.prove(form);
			this.graph.manyTokensForm = { ...form, leastTokens };
		} catch (error) {
			await session.release();
			throw error;
		}
		const tookMs = Math.round(performance.now() - startedAt);
		this.log.info(
			`Prompts are read with 32-bit floats, ${gain} here: ${Math.round(bytes / 1e6)} MB, made in ${tookMs} ms.`,
		);
	}

	/** Takes the form once it gives the logits of the graph itself. */
	private async prove(form: ManyTokensForm): Promise<void> {
		const { graph } = this;
		const ids = Array.from({ length: provingTokens }, (_, index) => (index * 7 + 3) % this.options.vocabularySize);
		const expected = await this.logits(ids);
		graph.manyTokensForm = form;
		try {
			const found = await this.logits(ids);
			const distances = found.map((row, index) => distanceOf(row, expected[index]!));
			if (distances.every(distance => distance <= limit)) return;
			throw new Error(`its logits are off by ${distances.map(distance => distance.toFixed(3)).join(' and ')}`);
		} catch (error) {
			graph.manyTokensForm = undefined;
			throw error;
		}
	}

	/** After the ids at once, and after one more, which reads what they left in the cache. */
	private async logits(ids: readonly number[]): Promise<readonly Float32Array[]> {
		const state = new CachedState(this.graph, this.graph.createCache(this.options.cache));
		return [(await state.forward(ids)).slice(), (await state.forward([ids[0]!])).slice()];
	}
}

const widened = (graphFile: string, matrix: BlockMatrix) =>
	tensor('float32', readFloatMatrix(dirname(graphFile), matrix), [matrix.rows, matrix.columns]);

const largest = (matrices: readonly BlockMatrix[]): BlockMatrix =>
	matrices.reduce((most, one) => (one.rows * one.columns > most.rows * most.columns ? one : most));
