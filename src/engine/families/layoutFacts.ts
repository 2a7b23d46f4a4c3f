import { GenerationError } from '../../generation';
import { type CacheSlot } from '../kvCache';
import { type Session, type ValueFacts } from '../runtime';

export type FloatType = 'float32' | 'float16';

/** What a graph says about itself, with refusals that name its file. */
export class LayoutFacts {
	readonly inputs: ReadonlyMap<string, ValueFacts>;
	readonly outputs: ReadonlyMap<string, ValueFacts>;

	constructor(
		session: Session,
		private readonly graphFile: string,
	) {
		this.inputs = new Map(session.inputs.map(input => [input.name, input]));
		this.outputs = new Map(session.outputs.map(output => [output.name, output]));
	}

	/** Refuses inputs that are neither among the names nor match the pattern. */
	allowInputs(names: readonly string[], pattern?: RegExp): void {
		const strange = [...this.inputs.keys()].find(name => !names.includes(name) && !pattern?.test(name));
		if (strange !== undefined) throw this.unsupported(`needs an input '${strange}' that this version does not know`);
	}

	/** The type of an input that must be one of these; undefined when the graph has no such input. */
	inputType<Type extends string>(name: string, types: readonly Type[]): Type | undefined {
		const found = this.inputs.get(name);
		if (!found) return undefined;
		const type = types.find(one => one === found.type);
		if (type === undefined) throw this.unsupported(`has an input '${name}' that is not ${types.join(' or ')}`);
		return type;
	}

	/** The type of an output of floats. */
	floatOutput(name: string): FloatType {
		const type = this.outputs.get(name)?.type;
		if (!isFloat(type)) throw this.unsupported(`has no ${name} output of 32-bit or 16-bit floats`);
		return type;
	}

	/** The inputs that match a pattern, as slots of one float type whose presents the given outputs hold. */
	slots(pattern: RegExp, presentOf: (past: string) => string, outputs = this.outputs): Slots {
		const pasts = [...this.inputs.values()].filter(({ name }) => pattern.test(name));
		if (pasts.length === 0) throw this.unsupported('was exported without a KV cache');
		const { type } = pasts[0]!;
		if (!isFloat(type)) throw this.unsupported(`keeps its cache as ${type ?? 'no tensor'}`);
		const slots = pasts.map(past => {
			const present = presentOf(past.name);
			if (outputs.get(present)?.type !== type || past.type !== type)
				throw this.unsupported(`has no output '${present}' of the same type as '${past.name}'`);
			return this.slot(past, present);
		});
		return { type, slots };
	}

	private slot(past: ValueFacts, present: string): CacheSlot {
		const [heads, , headSize] = past.dims.slice(-3);
		if (typeof heads !== 'number' || typeof headSize !== 'number' || heads < 1 || headSize < 1)
			throw this.unsupported(`does not say how many heads '${past.name}' has`);
		const isCombined = past.dims.length === 5;
		return { past: past.name, present, heads: isCombined ? 2 * heads : heads, headSize, isCombined };
	}

	unsupported(problem: string): GenerationError {
		return new GenerationError(
			'unsupportedModel',
			`${this.graphFile} ${problem}. Choose another export of the model, with a KV cache.`,
		);
	}

	/** Parts of a model that do not belong together. */
	mismatch(problem: string): GenerationError {
		return new GenerationError(
			'badModel',
			`${this.graphFile} ${problem}. The files are of different models; download the model again.`,
		);
	}
}

interface Slots {
	readonly type: FloatType;
	readonly slots: readonly CacheSlot[];
}

const isFloat = (type: string | undefined): type is FloatType => type === 'float32' || type === 'float16';

/** The last dimension where the graph says it as a number. */
export function knownWidth(facts: ValueFacts | undefined): number | undefined {
	const width = facts?.dims.at(-1);
	return typeof width === 'number' && width > 0 ? width : undefined;
}
