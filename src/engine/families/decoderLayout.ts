import { GenerationError } from '../../generation';
import { type DecoderConfig } from '../../models';
import { type CacheLayout, type CacheSlot } from '../kvCache';
import { type Session, type ValueFacts } from '../runtime';

/** How a decoder-only graph is fed: which of the usual inputs it has and what its cache looks like. */
export interface DecoderLayout {
	readonly cache: CacheLayout;
	readonly idType: 'int64' | 'int32';
	/** Type of the attention mask; undefined when the graph has none. */
	readonly mask: 'int64' | 'int32' | 'float32' | undefined;
	/** Type of the position ids; undefined when the graph counts itself. */
	readonly positions: 'int64' | 'int32' | undefined;
	/** The input that limits the logits to the last positions, and whether it is a scalar. */
	readonly keep: { readonly name: string; readonly isScalar: boolean } | undefined;
	readonly logitsType: 'float32' | 'float16';
	/** Width of the logits: at least the vocabulary, often padded. */
	readonly logitsWidth: number;
}

const keepNames = ['num_logits_to_keep', 'logits_to_keep'];
const plainInputs = ['input_ids', 'attention_mask', 'position_ids', ...keepNames];

/** Reads the layout from the graph's own description; the config only fills in what the graph leaves open.
 * @param moreInputs that the caller will feed
 * @throws GenerationError unsupportedModel or badModel that names the graph file */
export function readDecoderLayout(
	session: Session,
	config: DecoderConfig,
	graphFile: string,
	moreInputs: readonly string[] = [],
): DecoderLayout {
	const inputs = new Map(session.inputs.map(input => [input.name, input]));
	const outputs = new Map(session.outputs.map(output => [output.name, output]));
	const unsupported = (problem: string): GenerationError =>
		new GenerationError(
			'unsupportedModel',
			`${graphFile} ${problem}. Choose a decoder-only model exported with a KV cache.`,
		);
	const pasts = session.inputs.filter(input => pastPattern.test(input.name));
	const strange = session.inputs.find(
		input => ![...plainInputs, ...moreInputs].includes(input.name) && !pasts.includes(input),
	);
	if (strange) throw unsupported(`needs an input '${strange.name}' that this version does not know`);
	for (const name of plainInputs)
		if ((inputs.get(name)?.type ?? 'int64') !== 'int64') throw unsupported(`has an input '${name}' that is not int64`);
	if (!inputs.has('input_ids')) throw unsupported('has no input_ids');
	if (pasts.length === 0) throw unsupported('was exported without a KV cache');
	const logits = outputs.get('logits');
	if (!isFloat(logits?.type)) throw unsupported('has no logits output of 32-bit or 16-bit floats');
	const type = pasts[0]!.type;
	if (!isFloat(type)) throw unsupported(`keeps its cache as ${type ?? 'no tensor'}`);
	const slots = pasts.map(past => readSlot(past, config));
	const broken = slots.find((slot, index) => outputs.get(slot.present)?.type !== type || pasts[index]!.type !== type);
	if (broken) throw unsupported(`has no output '${broken.present}' of the same type as '${broken.past}'`);
	const keepName = keepNames.find(name => inputs.has(name));
	const first = session.outputs[0];
	return {
		cache: {
			type,
			slots,
			logits: 'logits',
			contextTokens: config.contextTokens,
			stopOutput: first && first.type === undefined ? first.name : undefined,
		},
		idType: 'int64',
		mask: inputs.has('attention_mask') ? 'int64' : undefined,
		positions: inputs.has('position_ids') ? 'int64' : undefined,
		keep: keepName === undefined ? undefined : { name: keepName, isScalar: inputs.get(keepName)?.dims.length === 0 },
		logitsType: logits.type,
		logitsWidth: numberOr(logits.dims[2], config.vocabularySize),
	};
}

const pastPattern = /^past_key_values\.\d+\.(key|value)$/;

const isFloat = (type: string | undefined): type is 'float32' | 'float16' => type === 'float32' || type === 'float16';

function readSlot(past: ValueFacts, config: DecoderConfig): CacheSlot {
	return {
		past: past.name,
		present: past.name.replace('past_key_values', 'present'),
		heads: numberOr(past.dims[1], config.keyValueHeads),
		headSize: numberOr(past.dims[3], config.headSize),
	};
}

const numberOr = (dimension: number | string | undefined, otherwise: number): number =>
	typeof dimension === 'number' && dimension > 0 ? dimension : otherwise;
