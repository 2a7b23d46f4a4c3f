import {
	node,
	sequenceValue,
	tensor,
	tensorValue,
	type DataPlace,
	type NodeFacts,
	type TensorTypeName,
} from '../../../../src/models/prepare/onnxMessages';
import { ProtobufWriter } from '../../../../src/models/prepare/protobuf';

/** An ONNX graph under construction: nodes and initializers by name. */
export class OnnxGraph {
	private readonly nodes: ProtobufWriter[] = [];
	private readonly initializers = new Map<string, ProtobufWriter>();
	private readonly inputs: ProtobufWriter[] = [];
	private readonly outputs: ProtobufWriter[] = [];

	/** Adds a node and returns its first output; without outputs it gets one of its own. */
	add(facts: Omit<NodeFacts, 'outputs'> & { readonly outputs?: readonly string[] }): string {
		const outputs = facts.outputs ?? [`${facts.operator}_${this.nodes.length}`];
		this.nodes.push(node({ ...facts, outputs }));
		return outputs[0]!;
	}

	input(name: string, type: TensorTypeName, dims: readonly (number | string)[]): void {
		this.inputs.push(tensorValue(name, type, dims));
	}

	output(name: string, type: TensorTypeName, dims: readonly (number | string)[]): void {
		this.outputs.push(tensorValue(name, type, dims));
	}

	sequenceOutput(name: string): void {
		this.outputs.push(sequenceValue(name));
	}

	weight(name: string, type: TensorTypeName, dims: readonly number[], data: Uint8Array | DataPlace): string {
		if (!this.initializers.has(name)) this.initializers.set(name, tensor(name, type, dims, data));
		return name;
	}

	/** A constant vector of whole numbers. */
	integers(...values: readonly number[]): string {
		const data = BigInt64Array.from(values, BigInt);
		return this.weight(`integers_${values.join('_')}`, 'int64', [values.length], new Uint8Array(data.buffer));
	}

	/** A constant whole number. */
	integer(value: number): string {
		return this.weight(`integer_${value}`, 'int64', [], new Uint8Array(BigInt64Array.of(BigInt(value)).buffer));
	}

	/** The whole file, opset 17. */
	finish(): Uint8Array {
		const graph = new ProtobufWriter();
		for (const one of this.nodes) graph.message(1, one);
		graph.text(2, 'decoder');
		for (const one of this.initializers.values()) graph.message(5, one);
		for (const one of this.inputs) graph.message(11, one);
		for (const one of this.outputs) graph.message(12, one);
		const opset = (domain: string, version: number): ProtobufWriter =>
			new ProtobufWriter().text(1, domain).integer(2, version);
		return new ProtobufWriter()
			.integer(1, 8)
			.text(2, 'inkling-bench')
			.message(7, graph)
			.message(8, opset('', 17))
			.message(8, opset('com.microsoft', 1))
			.finish();
	}
}
