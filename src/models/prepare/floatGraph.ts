import { basename } from 'node:path';
import { storedTensor, tryToReadGraphParts, type GraphParts, type NodePart, type TensorPart } from './graphParts';
import { attribute, node, tensorTypes, tensorValue, type DataPlace } from './onnxMessages';
import { ProtobufWriter } from './protobuf';

/** A matrix of 8-bit levels around 128 in blocks with one scale each, and the input of 32-bit floats that stands for it. */
export interface BlockMatrix {
	readonly input: string;
	readonly rows: number;
	readonly columns: number;
	/** Columns of a block; the last one of a row may have fewer. */
	readonly blockSize: number;
	/** In the folder of the graph: [rows, blocks, blockSize] bytes. */
	readonly levels: DataPlace;
	/** [rows, blocks] 32-bit floats. */
	readonly scales: DataPlace;
}

/** A decoder's graph that takes its matrices from outside. */
export interface FloatGraph {
	/** A whole .onnx file; the rest of its weights lies where the original has them. */
	readonly bytes: Uint8Array;
	readonly matrices: readonly BlockMatrix[];
}

const microsoft = 'com.microsoft';

/**
 * Rewrites a graph so that its 8-bit matrices are inputs of 32-bit floats [rows, columns]: many processors multiply many positions
 * at once faster with those. The head keeps its 8 bits, because it only ever sees the last position.
 * @returns undefined where there are no such matrices, or the file is not understood well enough
 */
export function floatGraph(file: string): FloatGraph | undefined {
	const parts = tryToReadGraphParts(file);
	if (!parts) return undefined;
	const tensors = new Map(parts.tensors.map(tensor => [tensor.name, tensor]));
	const found = new Map<NodePart, BlockMatrix>();
	for (const one of parts.nodes) {
		const matrix = blockMatrix(one, tensors, basename(file));
		if (matrix) found.set(one, { ...matrix, input: `inkling.matrix_${found.size}` });
	}
	if (found.size === 0) return undefined;
	return { bytes: rewrite(parts, found, basename(file)), matrices: [...found.values()] };
}

/** What a multiplication multiplies with; undefined where it is no matrix that can be read. */
function blockMatrix(
	{ operator, inputs, outputs, attributes }: NodePart,
	tensors: ReadonlyMap<string, TensorPart>,
	file: string,
): Omit<BlockMatrix, 'input'> | undefined {
	const [, levelsName = '', scalesName = ''] = inputs;
	const [levels, scales] = [tensors.get(levelsName), tensors.get(scalesName)];
	const [rows = 0, columns = 0, blockSize = 0] = ['N', 'K', 'block_size'].map(name => attributes.get(name));
	// More inputs are zero points, an order of columns or a bias.
	const isPlain = operator === 'MatMulNBits' && attributes.get('bits') === 8 && inputs.length === 3;
	if (!isPlain || !levels || !scales || outputs[0] === 'logits' || scales.type !== tensorTypes.float32)
		return undefined;
	const blocks = Math.ceil(columns / blockSize);
	const places = [placeOf(levels, file), placeOf(scales, file)] as const;
	const fits = places[0]?.length === rows * blocks * blockSize && places[1]?.length === 4 * rows * blocks;
	return fits ? { rows, columns, blockSize, levels: places[0], scales: places[1] } : undefined;
}

const placeOf = ({ data, external }: TensorPart, location: string): DataPlace | undefined =>
	data ? { location, ...data } : external;

function rewrite(parts: GraphParts, matrices: ReadonlyMap<NodePart, BlockMatrix>, location: string): Uint8Array {
	const graph = new ProtobufWriter();
	for (const one of parts.nodes) graph.message(1, rewrittenNode(one, matrices.get(one)));
	graph.raw(...parts.graphRest);
	const stillRead = new Set(parts.nodes.filter(one => !matrices.has(one)).flatMap(({ inputs }) => inputs));
	for (const one of parts.tensors) if (stillRead.has(one.name)) graph.message(5, storedTensor(one, location));
	for (const { bytes } of parts.inputs) graph.bytes(11, bytes);
	for (const { input, rows, columns } of matrices.values())
		graph.message(11, tensorValue(input, 'float32', [rows, columns]));
	for (const { bytes } of parts.outputs) graph.bytes(12, bytes);
	return new ProtobufWriter()
		.raw(...parts.modelRest)
		.message(7, graph)
		.finish();
}

function rewrittenNode(
	{ inputs, outputs, attributes, rest }: NodePart,
	matrix: BlockMatrix | undefined,
): ProtobufWriter {
	if (matrix)
		return node({
			operator: 'FusedMatMul',
			domain: microsoft,
			inputs: [inputs[0]!, matrix.input],
			outputs,
			attributes: { transB: 1 },
		});
	const written = new ProtobufWriter();
	for (const input of inputs) written.text(1, input);
	const level = attributes.get('accuracy_level') ?? 0;
	return level > 0 ? written.raw(rest).message(5, attribute('accuracy_level', level)) : written.raw(rest);
}
