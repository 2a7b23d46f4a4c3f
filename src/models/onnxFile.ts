import { closeSync, fstatSync, openSync } from 'node:fs';
import { GenerationError } from '../generation';
import { ByteReader, MalformedFile, type Field } from './byteReader';

/** A file that weights are kept in, and the last byte that any of them needs. */
export interface ExternalLocation {
	readonly location: string;
	readonly endByte: number;
}

/** An input or output of the graph, as far as the file says. */
export interface GraphValue {
	readonly name: string;
	/** Number of onnx.proto's TensorProto.DataType: 1 float, 7 int64, 10 float16 ...; 0 where it is no tensor. */
	readonly elementType: number;
	/** Undefined for a dimension that varies. */
	readonly dims: readonly (number | undefined)[];
}

/** What an .onnx file says about itself, weights left out. */
export interface GraphOutline {
	readonly externals: readonly ExternalLocation[];
	readonly inputs: readonly GraphValue[];
	readonly outputs: readonly GraphValue[];
	/** 'MatMul', 'com.microsoft.GroupQueryAttention' ... of the graph, its branches and its functions. */
	readonly operators: ReadonlySet<string>;
	/** Domains that the file defines functions for itself. */
	readonly ownDomains: ReadonlySet<string>;
}

/** Field numbers of onnx.proto that lead from a model to its tensors: model.graph, graph.node/initializer/sparse,
 * node.attribute, attribute.t/g/tensors/graphs/sparse, function bodies. */
const paths: Readonly<Record<Message, Readonly<Record<number, Message>>>> = {
	model: { 7: 'graph', 25: 'function' },
	function: { 7: 'node', 11: 'attribute' },
	graph: { 1: 'node', 5: 'tensor', 11: 'input', 12: 'output', 15: 'sparse' },
	node: { 5: 'attribute' },
	attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
	sparse: { 1: 'tensor', 2: 'tensor' },
	tensor: { 13: 'entry' },
	entry: {},
	input: {},
	output: {},
};
type Message =
	'model' | 'function' | 'graph' | 'node' | 'attribute' | 'sparse' | 'tensor' | 'entry' | 'input' | 'output';

const deepestNesting = 64;
const longestText = 4096;
/** A real decoder of 80 layers has 200. */
const mostValues = 20_000;

/** Walks the protobuf structure of an .onnx file without loading its weights: milliseconds also for gigabytes, and
 * synchronous because most steps read a single byte.
 * @throws GenerationError badModel when the bytes are not one */
export function readGraphOutline(file: string): GraphOutline {
	const descriptor = openSync(file, 'r');
	try {
		const walk = new Walk(new ByteReader(descriptor), fstatSync(descriptor).size);
		return walk.run();
	} catch (error) {
		if (!(error instanceof MalformedFile)) throw error;
		throw new GenerationError('badModel', `${file} is not an ONNX file: ${error.message}. Download the model again.`, {
			cause: error,
		});
	} finally {
		closeSync(descriptor);
	}
}

class Walk {
	private readonly locations = new Map<string, number>();
	private readonly inputs: GraphValue[] = [];
	private readonly outputs: GraphValue[] = [];
	private readonly operators = new Set<string>();
	private readonly ownDomains = new Set<string>();
	private sawGraph = false;

	constructor(
		private readonly reader: ByteReader,
		private readonly size: number,
	) {}

	run(): GraphOutline {
		this.message('model', { start: 0, end: this.size }, 0);
		if (!this.sawGraph) throw new MalformedFile('it holds no graph');
		const externals = [...this.locations].map(([location, endByte]) => ({ location, endByte }));
		const { inputs, outputs, operators, ownDomains } = this;
		return { externals, inputs, outputs, operators, ownDomains };
	}

	private message(kind: Message, { start, end }: Pick<Field, 'start' | 'end'>, depth: number): void {
		if (depth > deepestNesting) throw new MalformedFile('it is nested too deeply');
		if (kind === 'graph') this.sawGraph = true;
		const entries = new Map<string, string>();
		let operator = '';
		let domain = '';
		for (let at = start; at < end;) {
			const field = this.reader.field(at, end);
			const inner = field.wireType === 2 ? paths[kind][field.number] : undefined;
			if (inner === 'entry') this.entry(field, entries);
			// Branches have inputs of their own, which nobody feeds.
			else if (inner === 'input' || inner === 'output') this.value(depth === 1 ? inner : undefined, field);
			else if (inner) this.message(inner, field, depth + 1);
			else if (kind === 'node' && field.number === 4) operator = this.text(field);
			else if ((kind === 'node' && field.number === 7) || (kind === 'function' && field.number === 10))
				domain = this.text(field);
			at = field.end;
		}
		if (entries.size > 0) this.note(entries);
		if (kind === 'node') this.operators.add(domain === '' ? operator : `${domain}.${operator}`);
		if (kind === 'function') this.ownDomains.add(domain);
	}

	private entry(outer: Field, entries: Map<string, string>): void {
		let key = '';
		let value = '';
		if (outer.end - outer.start > longestText) throw new MalformedFile('an external data entry is too long');
		for (const field of this.fields(outer)) {
			if (field.wireType === 2 && field.number === 1) key = this.text(field);
			if (field.wireType === 2 && field.number === 2) value = this.text(field);
		}
		entries.set(key, value);
	}

	private note(entries: ReadonlyMap<string, string>): void {
		const location = entries.get('location') ?? '';
		const endByte = Number(entries.get('offset') ?? 0) + Number(entries.get('length') ?? 0);
		if (!Number.isFinite(endByte)) throw new MalformedFile('an external data range is not a number');
		this.locations.set(location, Math.max(this.locations.get(location) ?? 0, endByte));
	}

	/** ValueInfoProto: name, then type.tensor_type with its elements' type and its shape's dimensions. */
	private value(kind: 'input' | 'output' | undefined, outer: Field): void {
		if (!kind) return;
		let name = '';
		let elementType = 0;
		const dims: (number | undefined)[] = [];
		for (const field of this.fields(outer)) {
			if (field.number === 1) name = this.text(field);
			for (const tensor of field.number === 2 ? this.fields(field) : [])
				for (const part of tensor.number === 1 ? this.fields(tensor) : []) {
					if (part.number === 1 && part.wireType === 0) elementType = this.reader.number(part);
					for (const dim of part.number === 2 ? this.fields(part) : []) dims.push(this.dimension(dim));
				}
		}
		const values = kind === 'input' ? this.inputs : this.outputs;
		if (values.push({ name, elementType, dims }) > mostValues) throw new MalformedFile('it has too many inputs');
	}

	private dimension(outer: Field): number | undefined {
		const size = this.fields(outer).find(({ number, wireType }) => number === 1 && wireType === 0);
		return size && this.reader.number(size);
	}

	/** The fields of a small message; none of something that is no message. */
	private fields({ wireType, start, end }: Field): readonly Field[] {
		const found: Field[] = [];
		if (wireType !== 2) return found;
		for (let at = start; at < end; at = found.at(-1)!.end) found.push(this.reader.field(at, end));
		return found;
	}

	private text(field: Field): string {
		if (field.wireType !== 2) return '';
		if (field.end - field.start > longestText) throw new MalformedFile('a name is too long');
		return this.reader.text(field);
	}
}
