import { type EncoderDecoderConfig } from '../../models';
import { tensor, type EngineTensor, type Session, type ValueFacts } from '../runtime';
import { type NamedGraph } from './crossLayout';
import { bytesOf, Encoder, type Encoded } from './encoder';
import { feedOneByOne } from './feedOneByOne';
import { type DecodingPlan, type DecodingState, type ModelFamily } from './family';
import { LogitRows } from './logitRows';
import { knownWidth, LayoutFacts } from './layoutFacts';
import { probeState } from './probe';

/** A recurrent network with attention: the encoder gives its outputs and a first hidden state, which the decoder changes with
 * every token. In place of a KV cache a state keeps the hidden state after each token, a few kilobytes, and so can go back. */
export class Recurrent implements ModelFamily {
	readonly readsSourceApart = true;
	readonly description = 'recurrent encoder-decoder';

	private constructor(
		private readonly network: Network,
		readonly logitsWidth: number,
	) {}

	/** Checks that encoder and decoder belong together and proves them with a few small runs. @throws GenerationError */
	static async load(encoder: NamedGraph, decoder: NamedGraph, config: EncoderDecoderConfig): Promise<Recurrent> {
		const encoderFacts = new LayoutFacts(encoder.session, encoder.file);
		const decoderFacts = new LayoutFacts(decoder.session, decoder.file);
		const reads = new Encoder(encoder.session, encoderFacts, ['encoder_outputs', 'hidden']);
		checkDecoder(encoderFacts, decoderFacts, encoder.file);
		const network = { encoder: reads, decoder: decoder.session, logits: new LogitRows(decoder.file) };
		const width = knownWidth(decoderFacts.outputs.get('logits')) ?? config.vocabularySize;
		const family = new Recurrent(network, width);
		const { vocabularySize } = config;
		await probeState(family.createState(family.plan([vocabularySize - 1, 1, 2], [0])), vocabularySize);
		return family;
	}

	plan(promptIds: readonly number[], decoderStart: readonly number[]): DecodingPlan {
		return { source: promptIds, ids: decoderStart, together: 0 };
	}

	createState({ source }: DecodingPlan): DecodingState {
		return new HiddenState(this.network, { ids: source, encoded: undefined });
	}
}

interface Network {
	readonly encoder: Encoder;
	readonly decoder: Session;
	readonly logits: LogitRows;
}

/** Shared by all states of one source. */
interface Source {
	readonly ids: readonly number[];
	encoded: Encoded | undefined;
}

function checkDecoder(encoder: LayoutFacts, decoder: LayoutFacts, encoderFile: string): void {
	decoder.allowInputs(['input_ids', 'hidden', 'encoder_outputs', 'attention_mask']);
	if (!decoder.inputType('input_ids', ['int64'])) throw decoder.unsupported('has no input_ids');
	for (const name of ['hidden', 'encoder_outputs'])
		if (!decoder.inputType(name, ['float32'])) throw decoder.unsupported(`has no input ${name}`);
	decoder.inputType('attention_mask', ['int64']);
	decoder.floatOutput('logits');
	decoder.floatOutput('present_hidden');
	const read = decoder.inputs.get('hidden');
	if (!sameShape(read, decoder.outputs.get('present_hidden')))
		throw decoder.mismatch('gives back a hidden state of another shape than it takes');
	if (!sameShape(encoder.outputs.get('hidden'), read))
		throw decoder.mismatch(`takes a hidden state of another shape than ${encoderFile} begins with`);
	if (!sameShape(encoder.outputs.get('encoder_outputs'), decoder.inputs.get('encoder_outputs')))
		throw decoder.mismatch(`reads encoder outputs of another width than ${encoderFile} makes`);
}

/** Equal in every dimension that both say as a number. */
function sameShape(one: ValueFacts | undefined, other: ValueFacts | undefined): boolean {
	if (one?.dims.length !== other?.dims.length) return false;
	const mayEqual = (size: number | string, theirs: number | string | undefined): boolean =>
		typeof size !== 'number' || typeof theirs !== 'number' || size === theirs;
	return one?.dims.every((size, index) => mayEqual(size, other?.dims[index])) ?? false;
}

class HiddenState implements DecodingState {
	constructor(
		private readonly network: Network,
		private readonly source: Source,
		/** The hidden state after each token. */
		private readonly hidden: EngineTensor[] = [],
	) {}

	get length(): number {
		return this.hidden.length;
	}

	get bytes(): number {
		return bytesOf(this.hidden) + bytesOf(Object.values(this.source.encoded?.results ?? {}));
	}

	/** One by one, so that the state after each is kept. */
	forward(ids: readonly number[]): Promise<Float32Array> {
		return feedOneByOne(this, ids, id => this.run(id));
	}

	truncate(length: number): void {
		this.hidden.length = Math.min(length, this.length);
	}

	copy(length = this.length): HiddenState {
		return new HiddenState(this.network, this.source, this.hidden.slice(0, length));
	}

	private async run(id: number): Promise<Float32Array> {
		const { encoder, decoder, logits } = this.network;
		const { mask, results } = (this.source.encoded ??= await encoder.run(this.source.ids));
		const feeds = {
			input_ids: tensor('int64', BigInt64Array.of(BigInt(id)), [1, 1]),
			hidden: this.hidden.at(-1) ?? results.hidden!,
			encoder_outputs: results.encoder_outputs!,
			...(decoder.inputs.some(({ name }) => name === 'attention_mask') && { attention_mask: mask }),
		};
		const found = await decoder.run(feeds, ['logits', 'present_hidden']);
		const row = logits.last(found.logits!, 1);
		this.hidden.push(found.present_hidden!);
		return row;
	}
}
