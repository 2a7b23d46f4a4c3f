import { type DecoderConfig } from '../../models';
import { type Session } from '../runtime';
import { CachedState, DecoderGraph } from './decoderGraph';
import { type DecoderLayout } from './decoderLayout';
import { planFromPrompt, type DecodingPlan, type DecodingState, type ModelFamily } from './family';
import { knownWidth, LayoutFacts } from './layoutFacts';
import { probeGraph } from './probe';

const pastPattern = /^past_\d+$/;

/** GPT-2 in its own older layout: learned positions, and one tensor of keys and values a layer. */
export class Gpt2 implements ModelFamily {
	readonly readsSourceApart = false;
	readonly description = "decoder-only in GPT-2's layout, KV cache growing";

	private constructor(private readonly graph: DecoderGraph) {}

	/** Whether a graph has this layout. */
	static recognises(session: Session): boolean {
		return session.inputs.some(({ name }) => pastPattern.test(name));
	}

	/** Reads the layout and proves it with a few small runs. @throws GenerationError */
	static async load(session: Session, config: DecoderConfig, graphFile: string): Promise<Gpt2> {
		const graph = new DecoderGraph(session, readLayout(session, config, graphFile), graphFile);
		await probeGraph(graph, 'growing', config.vocabularySize);
		return new Gpt2(graph);
	}

	get logitsWidth(): number {
		return this.graph.layout.logitsWidth;
	}

	plan(promptIds: readonly number[]): DecodingPlan {
		return planFromPrompt(promptIds);
	}

	createState(): DecodingState {
		return new CachedState(this.graph, this.graph.createCache('growing'));
	}
}

/** Published exports differ in the types of their inputs and in the name of the logits. */
function readLayout(session: Session, config: DecoderConfig, graphFile: string): DecoderLayout {
	const facts = new LayoutFacts(session, graphFile);
	facts.allowInputs(['input_ids', 'attention_mask', 'position_ids'], pastPattern);
	const idType = facts.inputType('input_ids', ['int64', 'int32']);
	if (!idType) throw facts.unsupported('has no input_ids');
	const logits = facts.outputs.has('logits') ? 'logits' : 'output1';
	const cache = facts.slots(pastPattern, past => past.replace('past', 'present'));
	if (cache.slots.length !== config.layers)
		throw facts.mismatch(`has caches for ${cache.slots.length} layers but config.json says ${config.layers}`);
	return {
		cache: { ...cache, logits, stopOutput: undefined },
		idType,
		mask: facts.inputType('attention_mask', ['int64', 'int32', 'float32']),
		positions: facts.inputType('position_ids', ['int64', 'int32']),
		keep: undefined,
		logitsType: facts.floatOutput(logits),
		logitsWidth: knownWidth(facts.outputs.get(logits)) ?? config.vocabularySize,
	};
}
