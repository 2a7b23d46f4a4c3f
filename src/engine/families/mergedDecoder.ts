import { type Log } from '../../base';
import { type DecoderConfig } from '../../models';
import { tensor, type EngineTensor, type Session } from '../runtime';
import { CachedState, DecoderGraph, type Feeds } from './decoderGraph';
import { readDecoderLayout } from './decoderLayout';
import { planFromPrompt, type DecodingPlan, type DecodingState, type ModelFamily } from './family';
import { feedOneByOne } from './feedOneByOne';
import { LayoutFacts } from './layoutFacts';
import { probeState, sameNumbers } from './probe';

const branchInput = 'use_cache_branch';

/** Optimum's older layout of a decoder: two networks over the same weights in one file, one for the first run and one for all runs
 * behind a past, of which many take a single token. */
export class MergedDecoder implements ModelFamily {
	readonly readsSourceApart = false;

	private constructor(
		private readonly graph: DecoderGraph,
		private readonly takesMany: boolean,
	) {}

	/** Whether a graph has this layout. */
	static recognises(session: Session): boolean {
		return session.inputs.some(({ name }) => name === branchInput);
	}

	/** Reads the layout and proves with a few small runs that both networks agree, and whether the second takes several tokens.
	 * @throws GenerationError */
	static async load(session: Session, config: DecoderConfig, graphFile: string, log: Log): Promise<MergedDecoder> {
		const facts = new LayoutFacts(session, graphFile);
		facts.inputType(branchInput, ['bool']);
		const graph = new DecoderGraph(session, readDecoderLayout(session, config, graphFile, [branchInput]), graphFile);
		const oneByOne = new MergedDecoder(graph, false);
		const expected = await probeState(oneByOne.createState(), config.vocabularySize);
		if (!(await bothAgree(oneByOne)))
			throw facts.mismatch('does not go on behind a past where it began: the numbers of its two networks differ');
		const many = new MergedDecoder(graph, true);
		return (await answersTheSame(many, expected, config, log)) ? many : oneByOne;
	}

	get description(): string {
		return `decoder-only (merged), KV cache growing${this.takesMany ? '' : ', one token a run behind a past'}`;
	}

	get logitsWidth(): number {
		return this.graph.layout.logitsWidth;
	}

	plan(promptIds: readonly number[]): DecodingPlan {
		return planFromPrompt(promptIds);
	}

	createState(): DecodingState {
		const next = new CachedState(this.graph, this.graph.createCache('growing'), branch(true));
		return new MergedState(next, this.takesMany);
	}
}

/** One cache behind both networks. */
class MergedState implements DecodingState {
	private readonly first: CachedState;

	constructor(
		private readonly next: CachedState,
		private readonly takesMany: boolean,
	) {
		this.first = next.withFeeds(branch(false));
	}

	get length(): number {
		return this.next.length;
	}

	get bytes(): number {
		return this.next.bytes;
	}

	async forward(ids: readonly number[]): Promise<Float32Array> {
		if (this.length === 0) return this.first.forward(ids);
		return this.takesMany ? this.next.forward(ids) : feedOneByOne(this, ids, id => this.next.forward([id]));
	}

	truncate(length: number): void {
		this.next.truncate(length);
	}

	copy(length = this.length): MergedState {
		return new MergedState(this.next.copy(length), this.takesMany);
	}
}

async function bothAgree(family: MergedDecoder): Promise<boolean> {
	const together = (await family.createState().forward([0, 3, 5])).slice();
	const apart = family.createState();
	for (const id of [0, 3]) await apart.forward([id]);
	return sameNumbers(await apart.forward([5]), together);
}

async function answersTheSame(
	family: MergedDecoder,
	expected: readonly Float32Array[],
	config: DecoderConfig,
	log: Log,
): Promise<boolean> {
	try {
		const found = await probeState(family.createState(), config.vocabularySize);
		return found.every((row, index) => sameNumbers(row, expected[index]!));
	} catch (error) {
		log.info(`The merged decoder takes one token a run behind a past (${String(error)}).`);
		return false;
	}
}

const useCache = (value: boolean): EngineTensor => tensor('bool', Uint8Array.of(value ? 1 : 0), [1]);

const branch = (hasPast: boolean): Feeds => ({ [branchInput]: useCache(hasPast) });
