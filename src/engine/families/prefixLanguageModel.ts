import { type DecoderConfig } from '../../models';
import { tensor, type Session } from '../runtime';
import { CachedState, DecoderGraph } from './decoderGraph';
import { readDecoderLayout } from './decoderLayout';
import { type DecodingPlan, type DecodingState, type ModelFamily } from './family';
import { LayoutFacts } from './layoutFacts';
import { probeState } from './probe';

/** UniLM's kind: one network in which the tokens of the prompt see each other, and those of the answer all before them. The
 * prompt is therefore computed in one run, and its cache serves only the very same prompt again. */
export class PrefixLanguageModel implements ModelFamily {
	readonly readsSourceApart = false;
	readonly description = 'prefix-LM, KV cache growing';

	private constructor(
		private readonly graph: DecoderGraph,
		private readonly isScalar: boolean,
	) {}

	/** Reads the layout and proves it with a few small runs. @throws GenerationError */
	static async load(session: Session, config: DecoderConfig, graphFile: string): Promise<PrefixLanguageModel> {
		const facts = new LayoutFacts(session, graphFile);
		if (!facts.inputType('prefix_length', ['int64']))
			throw facts.unsupported('has no input prefix_length, which a prefix-LM needs');
		const layout = readDecoderLayout(session, config, graphFile, ['prefix_length']);
		const isScalar = facts.inputs.get('prefix_length')?.dims.length === 0;
		const family = new PrefixLanguageModel(new DecoderGraph(session, layout, graphFile), isScalar);
		await probeState(family.createState({ source: [], ids: [0, 0, 0], together: 3 }), config.vocabularySize);
		return family;
	}

	get logitsWidth(): number {
		return this.graph.layout.logitsWidth;
	}

	plan(promptIds: readonly number[]): DecodingPlan {
		return { source: [], ids: promptIds, together: promptIds.length };
	}

	createState({ together }: DecodingPlan): DecodingState {
		const length = tensor('int64', BigInt64Array.of(BigInt(together)), this.isScalar ? [] : [1]);
		return new CachedState(this.graph, this.graph.createCache('growing'), { prefix_length: length });
	}
}
