import { tensor, type EngineTensor, type Session } from '../runtime';
import { type LayoutFacts } from './layoutFacts';

/** What an encoder made of one source, shared by all states that decode from it. */
export interface Encoded {
	/** Ones, [1, source tokens]. */
	readonly mask: EngineTensor;
	/** The outputs that were asked for. */
	readonly results: Readonly<Record<string, EngineTensor>>;
}

/** The graph that reads a whole source in one run. */
export class Encoder {
	private readonly hasMask: boolean;

	/** @throws GenerationError unsupportedModel for an encoder of anything but text */
	constructor(
		private readonly session: Session,
		facts: LayoutFacts,
		private readonly outputs: readonly string[],
	) {
		facts.allowInputs(['input_ids', 'attention_mask']);
		if (!facts.inputType('input_ids', ['int64'])) throw facts.unsupported('has no input_ids');
		this.hasMask = facts.inputType('attention_mask', ['int64']) !== undefined;
		for (const output of outputs) facts.floatOutput(output);
	}

	/** One run over all ids, which cannot be cut: each sees all others. */
	async run(source: readonly number[]): Promise<Encoded> {
		const shape = [1, source.length];
		const mask = tensor('int64', new BigInt64Array(source.length).fill(1n), shape);
		const ids = tensor('int64', BigInt64Array.from(source, BigInt), shape);
		const feeds = { input_ids: ids, ...(this.hasMask && { attention_mask: mask }) };
		return { mask, results: await this.session.run(feeds, this.outputs) };
	}
}

/** Bytes of some tensors. */
export const bytesOf = (tensors: readonly EngineTensor[]): number =>
	tensors.reduce((sum, { data }) => sum + (ArrayBuffer.isView(data) ? data.byteLength : 0), 0);
