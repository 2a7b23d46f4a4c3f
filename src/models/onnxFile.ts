import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { GenerationError } from '../generation';

/** A file that weights are kept in, and the last byte that any of them needs. */
export interface ExternalLocation {
	readonly location: string;
	readonly endByte: number;
}

/** Field numbers of onnx.proto that lead from a model to its tensors: model.graph, graph.node/initializer/sparse,
 * node.attribute, attribute.t/g/tensors/graphs/sparse, function bodies. */
const paths: Readonly<Record<Message, Readonly<Record<number, Message>>>> = {
	model: { 7: 'graph', 25: 'function' },
	function: { 7: 'node', 11: 'attribute' },
	graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
	node: { 5: 'attribute' },
	attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
	sparse: { 1: 'tensor', 2: 'tensor' },
	tensor: { 13: 'entry' },
	entry: {},
};
type Message = 'model' | 'function' | 'graph' | 'node' | 'attribute' | 'sparse' | 'tensor' | 'entry';

const deepestNesting = 64;
const longestEntry = 4096;

/** Walks the protobuf structure of an .onnx file without loading its weights: milliseconds also for gigabytes, and
 * synchronous because most steps read a single byte.
 * @throws GenerationError badModel when the bytes are not one */
export function readExternalLocations(file: string): readonly ExternalLocation[] {
	const descriptor = openSync(file, 'r');
	try {
		const walk = new Walk(new ByteReader(descriptor), fstatSync(descriptor).size);
		walk.run();
		return [...walk.found].map(([location, endByte]) => ({ location, endByte }));
	} catch (error) {
		if (!(error instanceof MalformedFile)) throw error;
		throw new GenerationError('badModel', `${file} is not an ONNX file: ${error.message}. Download the model again.`, {
			cause: error,
		});
	} finally {
		closeSync(descriptor);
	}
}

class MalformedFile extends Error {}

class Walk {
	readonly found = new Map<string, number>();
	private sawGraph = false;

	constructor(
		private readonly reader: ByteReader,
		private readonly size: number,
	) {}

	run(): void {
		this.message('model', 0, this.size, 0);
		if (!this.sawGraph) throw new MalformedFile('it holds no graph');
	}

	private message(kind: Message, start: number, end: number, depth: number): void {
		if (depth > deepestNesting) throw new MalformedFile('it is nested too deeply');
		if (kind === 'graph') this.sawGraph = true;
		const entries = new Map<string, string>();
		for (let at = start; at < end;) {
			const field = this.reader.field(at, end);
			const inner = field.wireType === 2 ? paths[kind][field.number] : undefined;
			if (inner === 'entry') this.entry(field, entries);
			else if (inner) this.message(inner, field.start, field.end, depth + 1);
			at = field.end;
		}
		if (entries.size > 0) this.note(entries);
	}

	private entry(outer: Field, entries: Map<string, string>): void {
		let key = '';
		let value = '';
		if (outer.end - outer.start > longestEntry) throw new MalformedFile('an external data entry is too long');
		for (let at = outer.start; at < outer.end;) {
			const field = this.reader.field(at, outer.end);
			if (field.wireType === 2 && field.number === 1) key = this.reader.text(field);
			if (field.wireType === 2 && field.number === 2) value = this.reader.text(field);
			at = field.end;
		}
		entries.set(key, value);
	}

	private note(entries: ReadonlyMap<string, string>): void {
		const location = entries.get('location') ?? '';
		const endByte = Number(entries.get('offset') ?? 0) + Number(entries.get('length') ?? 0);
		if (!Number.isFinite(endByte)) throw new MalformedFile('an external data range is not a number');
		this.found.set(location, Math.max(this.found.get(location) ?? 0, endByte));
	}
}

interface Field {
	readonly number: number;
	readonly wireType: number;
	/** Bytes of the value: [start, end). */
	readonly start: number;
	readonly end: number;
}

/** Reads small pieces of a large file through one window, so that skipping weights costs nothing. */
class ByteReader {
	private readonly window = Buffer.alloc(1 << 16);
	private windowStart = 0;
	private windowLength = 0;

	constructor(private readonly descriptor: number) {}

	field(at: number, limit: number): Field {
		const tag = this.varint(at, limit);
		const wireType = tag.value % 8;
		const body = this.body(wireType, tag.next, limit);
		if (body.end > limit) throw new MalformedFile('a field runs past its end');
		return { number: Math.floor(tag.value / 8), wireType, ...body };
	}

	text({ start, end }: Field): string {
		const bytes = Buffer.alloc(end - start);
		for (let index = 0; index < bytes.length; index++) bytes[index] = this.byte(start + index);
		return bytes.toString('utf8');
	}

	private body(wireType: number, at: number, limit: number): { start: number; end: number } {
		switch (wireType) {
			case 0:
				return { start: at, end: this.varint(at, limit).next };
			case 1:
				return { start: at, end: at + 8 };
			case 2: {
				const length = this.varint(at, limit);
				return { start: length.next, end: length.next + length.value };
			}
			case 5:
				return { start: at, end: at + 4 };
			default:
				throw new MalformedFile(`it uses wire type ${wireType}`);
		}
	}

	private varint(at: number, limit: number): { value: number; next: number } {
		let value = 0;
		for (let index = 0; index < 10; index++) {
			if (at + index >= limit) throw new MalformedFile('it ends early');
			const byte = this.byte(at + index);
			value += (byte & 0x7f) * 2 ** (7 * index);
			if (byte < 0x80) return { value, next: at + index + 1 };
		}
		throw new MalformedFile('a number is too long');
	}

	private byte(at: number): number {
		if (at < this.windowStart || at >= this.windowStart + this.windowLength) {
			const bytesRead = readSync(this.descriptor, this.window, 0, this.window.length, at);
			if (bytesRead === 0) throw new MalformedFile('it ends early');
			this.windowStart = at;
			this.windowLength = bytesRead;
		}
		return this.window[at - this.windowStart]!;
	}
}
