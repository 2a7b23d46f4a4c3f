import { ProtobufWriter } from './protobuf';

/** Element types of tensors, by their number in onnx.proto. */
export const tensorTypes = { float32: 1, uint8: 2, int32: 6, int64: 7, float16: 10 } as const;
export type TensorTypeName = keyof typeof tensorTypes;

type Attribute = number | { readonly float: number };

export interface NodeFacts {
	readonly operator: string;
	readonly inputs: readonly string[];
	readonly outputs: readonly string[];
	readonly domain?: string;
	/** Whole numbers, or floats where it is said. */
	readonly attributes?: Readonly<Record<string, Attribute>>;
}

/** NodeProto. */
export function node({ operator, inputs, outputs, domain, attributes = {} }: NodeFacts): ProtobufWriter {
	const message = new ProtobufWriter();
	for (const input of inputs) message.text(1, input);
	for (const output of outputs) message.text(2, output);
	message.text(3, `${operator}:${outputs[0] ?? ''}`).text(4, operator);
	for (const [name, value] of Object.entries(attributes)) message.message(5, attribute(name, value));
	return domain === undefined ? message : message.text(7, domain);
}

/** AttributeProto. */
export function attribute(name: string, value: Attribute): ProtobufWriter {
	const message = new ProtobufWriter().text(1, name);
	return typeof value === 'number'
		? message.integer(3, value).integer(20, 2)
		: message.float(2, value.float).integer(20, 1);
}

/** ValueInfoProto of a tensor. Dimensions that vary are names. */
export function tensorValue(name: string, type: TensorTypeName, dims: readonly (number | string)[]): ProtobufWriter {
	const shape = new ProtobufWriter();
	for (const dim of dims) {
		const one = new ProtobufWriter();
		shape.message(1, typeof dim === 'number' ? one.integer(1, dim) : one.text(2, dim));
	}
	const tensor = new ProtobufWriter().integer(1, tensorTypes[type]).message(2, shape);
	return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensor));
}

/** ValueInfoProto of a sequence of 32-bit float tensors. */
export function sequenceValue(name: string): ProtobufWriter {
	const element = new ProtobufWriter().message(1, new ProtobufWriter().integer(1, tensorTypes.float32));
	const sequence = new ProtobufWriter().message(4, new ProtobufWriter().message(1, element));
	return new ProtobufWriter().text(1, name).message(2, sequence);
}

/** A piece of a file. */
export interface DataPlace {
	/** File name, in the folder of the graph. */
	readonly location: string;
	readonly offset: number;
	readonly length: number;
}

/** TensorProto whose numbers stand in it, or in another file. */
export function tensor(
	name: string,
	type: TensorTypeName,
	dims: readonly number[],
	data: Uint8Array | DataPlace,
): ProtobufWriter {
	const message = new ProtobufWriter();
	for (const dim of dims) message.integer(1, dim);
	message.integer(2, tensorTypes[type]).text(8, name);
	return data instanceof Uint8Array ? message.bytes(9, data) : externalData(message, data);
}

/** Adds to a TensorProto where its numbers are. */
export function externalData(message: ProtobufWriter, { location, offset, length }: DataPlace): ProtobufWriter {
	const entries = { location, offset: String(offset), length: String(length) };
	for (const [key, value] of Object.entries(entries))
		message.message(13, new ProtobufWriter().text(1, key).text(2, value));
	return message.integer(14, 1);
}
