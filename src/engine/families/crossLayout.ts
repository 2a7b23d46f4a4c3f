import { type EncoderDecoderConfig } from '../../models';
import { type CacheLayout, type CacheSlot } from '../kvCache';
import { type Session } from '../runtime';
import { knownWidth, LayoutFacts } from './layoutFacts';

/** A loaded graph and the file it came from. */
export interface NamedGraph {
	readonly session: Session;
	readonly file: string;
}

/** The graphs of an encoder-decoder. In the merged layout `first` and `next` are the same one. */
export interface CrossGraphs {
	readonly encoder: NamedGraph;
	readonly first: NamedGraph;
	readonly next: NamedGraph;
}

/** How the decoder of an encoder-decoder is fed. */
export interface CrossLayout {
	/** The decoder's own cache, which grows. */
	readonly own: CacheLayout;
	/** Keys and values of the encoder's result: written by the first run, only read by the others. */
	readonly cross: readonly CacheSlot[];
	/** One graph does both kinds of runs, as `use_cache_branch` says. */
	readonly isMerged: boolean;
	/** Names among the encoder's inputs that each of the two graphs takes. */
	readonly firstInputs: ReadonlySet<string>;
	readonly nextInputs: ReadonlySet<string>;
	readonly logitsWidth: number;
}

const ownPattern = /^past_key_values\.\d+\.decoder\.(key|value)$/;
const crossPattern = /^past_key_values\.\d+\.encoder\.(key|value)$/;
const anyPast = /^past_key_values\.\d+\.(decoder|encoder)\.(key|value)$/;
const fixedInputs = ['input_ids', 'encoder_hidden_states', 'encoder_attention_mask', 'use_cache_branch'];

/** Reads Optimum's layouts and checks that the graphs belong together.
 * @throws GenerationError unsupportedModel, or badModel for graphs of different models */
export function readCrossLayout(graphs: CrossGraphs, config: EncoderDecoderConfig): CrossLayout {
	const first = new LayoutFacts(graphs.first.session, graphs.first.file);
	const next = new LayoutFacts(graphs.next.session, graphs.next.file);
	const isMerged = graphs.first === graphs.next;
	first.allowInputs(fixedInputs, isMerged ? anyPast : undefined);
	next.allowInputs(fixedInputs, anyPast);
	for (const facts of [first, next]) requireInputs(facts);
	if (isMerged && !first.inputType('use_cache_branch', ['bool']))
		throw first.unsupported('has no input use_cache_branch, which a merged decoder needs');
	if (!first.inputs.has('encoder_hidden_states')) throw first.unsupported('does not read encoder_hidden_states');
	const presentOf = (past: string): string => past.replace('past_key_values', 'present');
	const own = next.slots(ownPattern, presentOf);
	// The encoder's keys and values come out of the first run only.
	const cross = next.slots(crossPattern, presentOf, first.outputs);
	checkLayers(next, config, [own.slots.length, cross.slots.length]);
	const missing = own.slots.find(({ present }) => first.outputs.get(present)?.type !== own.type);
	if (missing) throw first.mismatch(`has no output '${missing.present}' for the cache of ${graphs.next.file}`);
	checkWidths(graphs.encoder, first);
	first.floatOutput('logits');
	next.floatOutput('logits');
	return {
		own: { ...own, logits: 'logits', stopOutput: undefined },
		cross: cross.slots,
		isMerged,
		firstInputs: new Set(first.inputs.keys()),
		nextInputs: new Set(next.inputs.keys()),
		logitsWidth: knownWidth(first.outputs.get('logits')) ?? config.vocabularySize,
	};
}

function requireInputs(facts: LayoutFacts): void {
	if (!facts.inputType('input_ids', ['int64'])) throw facts.unsupported('has no input_ids');
	facts.inputType('encoder_attention_mask', ['int64']);
}

/** Each layer has a key and a value of its own and of the encoder. */
function checkLayers(facts: LayoutFacts, config: EncoderDecoderConfig, [own, cross]: readonly [number, number]): void {
	if (own !== cross) throw facts.mismatch(`has ${own / 2} layers of its own cache but ${cross / 2} of the encoder's`);
	const { decoderLayers = own / 2 } = config;
	if (own !== 2 * decoderLayers)
		throw facts.mismatch(`has caches for ${own / 2} layers but config.json says ${decoderLayers}`);
}

function checkWidths(encoder: NamedGraph, decoder: LayoutFacts): void {
	const made = knownWidth(encoder.session.outputs.find(({ name }) => name === 'last_hidden_state'));
	const read = knownWidth(decoder.inputs.get('encoder_hidden_states'));
	if (made !== undefined && read !== undefined && made !== read)
		throw decoder.mismatch(`reads encoder states of ${read} numbers, but ${encoder.file} makes ${made}`);
}
