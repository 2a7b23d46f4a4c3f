import { closeSync, fstatSync, openSync } from 'node:fs';
import { ByteReader, MalformedFile, type Field } from '../byteReader';
import { externalData, type DataPlace } from './onnxMessages';
import { ProtobufWriter } from './protobuf';

/** A node of a graph: what it says, and its message as it stands in the file, but for the inputs and `accuracy_level`. */
export interface NodePart {
	readonly operator: string;
	readonly inputs: readonly string[];
	readonly outputs: readonly string[];
	/** Whole-number attributes; 0 for those of other types. */
	readonly attributes: ReadonlyMap<string, number>;
	readonly rest: Uint8Array;
}

/** A stored tensor: its message without the numbers, and where in the file those are, if they are long. */
export interface TensorPart {
	readonly name: string;
	/** Number of TensorProto.DataType. */
	readonly type: number;
	readonly bytes: Uint8Array;
	readonly data: { readonly offset: number; readonly length: number } | undefined;
	/** Where its numbers are in another file, if that is said with their length. */
	readonly external: DataPlace | undefined;
}

export interface ValuePart {
	readonly name: string;
	readonly bytes: Uint8Array;
}

/** An .onnx file taken apart, all long numbers left where they are. `rest` are whole fields that stay as they are. */
export interface GraphParts {
	readonly opset: number;
	readonly nodes: readonly NodePart[];
	readonly tensors: readonly TensorPart[];
	readonly inputs: readonly ValuePart[];
	readonly outputs: readonly ValuePart[];
	readonly graphRest: readonly Uint8Array[];
	readonly modelRest: readonly Uint8Array[];
}

/** Shorter numbers stay in the message. */
const shortBytes = 1024;
/** More than this is no graph that is taken apart: sparse tensors, numbers not stored raw. */
const mostMessageBytes = 64 * 2 ** 20;

/** Undefined for a file that is too unusual to be taken apart. @throws MalformedFile */
export function readGraphParts(file: string): GraphParts | undefined {
	const descriptor = openSync(file, 'r');
	try {
		return new Taking(new ByteReader(descriptor)).model(fstatSync(descriptor).size);
	} finally {
		closeSync(descriptor);
	}
}

/** Undefined for a file that is damaged or too unusual. */
export function tryToReadGraphParts(file: string): GraphParts | undefined {
	try {
		return readGraphParts(file);
	} catch (error) {
		if (error instanceof MalformedFile) return undefined;
		throw error;
	}
}

/** A tensor as another graph in the same folder has it, whose long numbers stay in the file `location`. */
export function storedTensor({ bytes, data }: TensorPart, location: string): ProtobufWriter {
	const message = new ProtobufWriter().raw(bytes);
	return data ? externalData(message, { location, ...data }) : message;
}

class Taking {
	private held = 0;

	constructor(private readonly reader: ByteReader) {}

	model(size: number): GraphParts | undefined {
		const modelRest: Uint8Array[] = [];
		let graph: Field | undefined;
		let opset = 0;
		for (const { field, whole } of this.fields({ start: 0, end: size })) {
			if (field.number === 7) graph = field;
			else if (this.fits(whole)) modelRest.push(this.reader.bytes(whole));
			else return undefined;
			if (field.number === 8) opset = Math.max(opset, this.mainOpset(field));
		}
		const parts = graph && this.graph(graph);
		return parts && { ...parts, opset, modelRest };
	}

	private graph(outer: Field): Omit<GraphParts, 'opset' | 'modelRest'> | undefined {
		const nodes: NodePart[] = [];
		const tensors: TensorPart[] = [];
		const inputs: ValuePart[] = [];
		const outputs: ValuePart[] = [];
		const graphRest: Uint8Array[] = [];
		for (const { field, whole } of this.fields(outer)) {
			if (field.number === 5) {
				const tensor = this.tensor(field);
				if (!tensor) return undefined;
				tensors.push(tensor);
				continue;
			}
			if (!this.fits(whole)) return undefined;
			if (field.number === 1) nodes.push(this.node(field));
			else if (field.number === 11) inputs.push(this.value(field));
			else if (field.number === 12) outputs.push(this.value(field));
			else graphRest.push(this.reader.bytes(whole));
		}
		return { nodes, tensors, inputs, outputs, graphRest };
	}

	private node(outer: Field): NodePart {
		const inputs: string[] = [];
		const outputs: string[] = [];
		const attributes = new Map<string, number>();
		const rest: Uint8Array[] = [];
		let operator = '';
		for (const { field, whole } of this.fields(outer)) {
			if (field.number === 2) outputs.push(this.reader.text(field));
			if (field.number === 4) operator = this.reader.text(field);
			const [name, value] = field.number === 5 ? this.attribute(field) : ['', 0];
			if (name !== '') attributes.set(name, value);
			if (field.number === 1) inputs.push(this.reader.text(field));
			else if (name !== 'accuracy_level') rest.push(this.reader.bytes(whole));
		}
		return { operator, inputs, outputs, attributes, rest: Buffer.concat(rest) };
	}

	private attribute(outer: Field): readonly [name: string, value: number] {
		let name = '';
		let value = 0;
		for (const { field } of this.fields(outer)) {
			if (field.number === 1) name = this.reader.text(field);
			if (field.number === 3) value = this.reader.number(field);
		}
		return [name, value];
	}

	private tensor(outer: Field): TensorPart | undefined {
		let name = '';
		let type = 0;
		let data: TensorPart['data'];
		const kept: Uint8Array[] = [];
		const entries = new Map<string, string>();
		for (const { field, whole } of this.fields(outer)) {
			if (field.number === 2) type = this.reader.number(field);
			if (field.number === 8) name = this.reader.text(field);
			if (field.number === 13) entries.set(...this.entry(field));
			const length = field.end - field.start;
			if (field.number === 9 && length > shortBytes) data = { offset: field.start, length };
			else if (this.fits(whole)) kept.push(this.reader.bytes(whole));
			else return undefined;
		}
		return { name, type, bytes: Buffer.concat(kept), data, external: dataPlace(entries) };
	}

	private entry(outer: Field): readonly [key: string, value: string] {
		const text = (number: number): string => {
			const found = this.fields(outer).find(({ field }) => field.number === number);
			return found ? this.reader.text(found.field) : '';
		};
		return [text(1), text(2)];
	}

	private value(outer: Field): ValuePart {
		const named = this.fields(outer).find(({ field }) => field.number === 1);
		return { name: named ? this.reader.text(named.field) : '', bytes: this.reader.bytes(outer) };
	}

	/** Version of the standard operators where this entry is about them. */
	private mainOpset(outer: Field): number {
		const fields = this.fields(outer).map(({ field }) => field);
		const domain = fields.find(({ number }) => number === 1);
		const version = fields.find(({ number }) => number === 2);
		return version && (!domain || this.reader.text(domain) === '') ? this.reader.number(version) : 0;
	}

	private fields({ start, end }: Pick<Field, 'start' | 'end'>): readonly FieldInPlace[] {
		const found: FieldInPlace[] = [];
		for (let at = start; at < end; at = found.at(-1)!.field.end) {
			const field = this.reader.field(at, end);
			found.push({ field, whole: { start: at, end: field.end } });
		}
		return found;
	}

	private fits({ start, end }: Pick<Field, 'start' | 'end'>): boolean {
		this.held += end - start;
		return this.held <= mostMessageBytes;
	}
}

interface FieldInPlace {
	readonly field: Field;
	/** With the field's own number in front. */
	readonly whole: { readonly start: number; readonly end: number };
}

function dataPlace(entries: ReadonlyMap<string, string>): DataPlace | undefined {
	const place = {
		location: entries.get('location') ?? '',
		offset: Number(entries.get('offset') ?? 0),
		length: Number(entries.get('length') ?? 0),
	};
	return place.location !== '' && place.length > 0 ? place : undefined;
}
