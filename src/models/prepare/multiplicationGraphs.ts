import { node, tensor, tensorValue, type NodeFacts } from './onnxMessages';
import { ProtobufWriter } from './protobuf';

const irVersion = 8;
const opset = 17;

/** Sizes of a multiplication: `input` [1, positions, columns] times a matrix of [rows, columns]. */
export interface Multiplication {
	readonly rows: number;
	readonly columns: number;
	readonly blockSize: number;
}

/** A whole .onnx file that multiplies with a matrix of 8-bit zeros, to be timed. */
export function blockMultiplication({ rows, columns, blockSize }: Multiplication): Uint8Array {
	const blocks = Math.ceil(columns / blockSize);
	const levels = new Uint8Array(rows * blocks * blockSize).fill(128);
	const scales = new Float32Array(rows * blocks).fill(0.01);
	const multiply = {
		operator: 'MatMulNBits',
		domain: 'com.microsoft',
		inputs: ['input', 'levels', 'scales'],
		outputs: ['output'],
		attributes: { N: rows, K: columns, bits: 8, block_size: blockSize, accuracy_level: 4 },
	};
	return file(multiply, { rows, columns }, graph =>
		graph
			.message(5, tensor('levels', 'uint8', [rows, blocks, blockSize], levels))
			.message(5, tensor('scales', 'float32', [rows * blocks], new Uint8Array(scales.buffer))),
	);
}

/** The same with an input `matrix` of 32-bit floats. */
export function floatMultiplication({ rows, columns }: Multiplication): Uint8Array {
	const multiply = {
		operator: 'FusedMatMul',
		domain: 'com.microsoft',
		inputs: ['input', 'matrix'],
		outputs: ['output'],
		attributes: { transB: 1 },
	};
	return file(multiply, { rows, columns }, graph =>
		graph.message(11, tensorValue('matrix', 'float32', [rows, columns])),
	);
}

function file(
	multiply: NodeFacts,
	{ rows, columns }: Pick<Multiplication, 'rows' | 'columns'>,
	addMatrix: (graph: ProtobufWriter) => void,
): Uint8Array {
	const graph = new ProtobufWriter().message(1, node(multiply)).text(2, 'multiplication');
	graph.message(11, tensorValue('input', 'float32', [1, 'positions', columns]));
	addMatrix(graph);
	graph.message(12, tensorValue('output', 'float32', [1, 'positions', rows]));
	const operators = (domain: string, version: number): ProtobufWriter =>
		new ProtobufWriter().text(1, domain).integer(2, version);
	return new ProtobufWriter()
		.integer(1, irVersion)
		.message(7, graph)
		.message(8, operators('', opset))
		.message(8, operators('com.microsoft', 1))
		.finish();
}
