import { type DataFile } from './dataFile';
import { onnxBlocks, type OnnxBlocks } from './onnxBlocks';
import { OnnxGraph } from './onnxGraph';
import { headSize, type Shape } from './shapes';
import { blockSize, randomLevels, type Bits, type Levels } from './weights';
import { type DataPlace } from '../../../../src/models/prepare/onnxMessages';

/** 'engine' is the form our recipe exports; 'published' lacks what only our engine asks for: no stop output, all logits. */
export type GraphForm = 'engine' | 'published';

type Stored = Omit<OnnxBlocks, 'values' | 'scales'> & { readonly values: DataPlace; readonly scales: DataPlace };

/** The residual stream and what is still to be added to it. */
type Stream = readonly [stream: string, addition: string | undefined];

const microsoft = 'com.microsoft';
const epsilon = { float: 1e-6 };

/** Writes the weights once and gives a graph around them in each form that is asked for. */
export class DecoderWriter {
	private readonly stored = new Map<string, Stored>();
	private accuracy: Readonly<Record<string, number>> = {};

	constructor(
		private readonly shape: Shape,
		bits: Bits,
		private readonly data: DataFile,
	) {
		const narrow = shape.keyValueHeads * headSize(shape);
		const levels = (name: string, rows: number, columns: number): Levels =>
			randomLevels(`${shape.name} ${name}`, rows, columns, bits);
		this.store('table', levels('table', shape.vocabulary, shape.width));
		for (let layer = 0; layer < shape.layers; layer++) {
			const name = `layers.${layer}`;
			const square = (part: string, rows: number): Levels => levels(`${name}.${part}`, rows, shape.width);
			this.store(`${name}.attention`, square('query', shape.width), square('key', narrow), square('value', narrow));
			this.store(`${name}.output`, square('output', shape.width));
			this.store(`${name}.gate`, square('gate', shape.feedForward));
			this.store(`${name}.up`, square('up', shape.feedForward));
			this.store(`${name}.down`, levels(`${name}.down`, shape.width, shape.feedForward));
		}
	}

	/** @param accuracyLevel of the multiplications; 0 leaves it open, as many published graphs do */
	graph(form: GraphForm, accuracyLevel = 4): Uint8Array {
		this.accuracy = accuracyLevel === 0 ? {} : { accuracy_level: accuracyLevel };
		const graph = new OnnxGraph();
		if (form === 'engine') {
			graph.add({ operator: 'SequenceEmpty', inputs: [], outputs: ['copy_stop'] });
			graph.sequenceOutput('copy_stop');
			graph.input('num_logits_to_keep', 'int64', []);
		}
		const lengths = this.declare(graph, form);
		let stream: Stream = [this.embed(graph), undefined];
		for (let layer = 0; layer < this.shape.layers; layer++) stream = this.layer(graph, layer, stream, lengths);
		const [, normed] = this.norm(graph, 'norm', stream);
		this.multiply(graph, 'table', form === 'engine' ? keepLast(graph, normed) : normed, 'logits');
		return graph.finish();
	}

	private store(name: string, ...parts: readonly Levels[]): void {
		const { values, scales, ...facts } = onnxBlocks(...parts);
		this.stored.set(name, { ...facts, values: this.data.add(values), scales: this.data.add(bytesOf(scales)) });
	}

	private at(name: string): Stored {
		return this.stored.get(name)!;
	}

	private declare(graph: OnnxGraph, form: GraphForm): readonly string[] {
		const { layers, keyValueHeads, vocabulary } = this.shape;
		graph.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
		graph.input('attention_mask', 'int64', ['batch_size', 'total_sequence_length']);
		graph.output('logits', 'float32', ['batch_size', form === 'engine' ? 'kept' : 'sequence_length', vocabulary]);
		for (let layer = 0; layer < layers; layer++)
			for (const part of ['key', 'value']) {
				const dims = (length: string): (string | number)[] => [
					'batch_size',
					keyValueHeads,
					length,
					headSize(this.shape),
				];
				graph.input(`past_key_values.${layer}.${part}`, 'float32', dims('past_sequence_length'));
				graph.output(`present.${layer}.${part}`, 'float32', dims('total_sequence_length'));
			}
		const count = graph.add({
			operator: 'ReduceSum',
			inputs: ['attention_mask', graph.integers(1)],
			attributes: { keepdims: 0 },
		});
		const last = graph.add({ operator: 'Sub', inputs: [count, graph.integers(1)] });
		const length = graph.add({
			operator: 'Gather',
			inputs: [graph.add({ operator: 'Shape', inputs: ['attention_mask'] }), graph.integer(1)],
		});
		const narrow = (input: string): string => graph.add({ operator: 'Cast', inputs: [input], attributes: { to: 6 } });
		return [narrow(last), narrow(length), ...this.rotary(graph)];
	}

	private rotary(graph: OnnxGraph): readonly string[] {
		const { context, ropeTheta } = this.shape;
		const half = headSize(this.shape) / 2;
		const table = (wave: (angle: number) => number): Uint8Array =>
			bytesOf(
				Float32Array.from({ length: context * half }, (_, index) =>
					wave(Math.floor(index / half) * ropeTheta ** (-(index % half) / half)),
				),
			);
		return [
			graph.weight('cosines', 'float32', [context, half], table(Math.cos)),
			graph.weight('sines', 'float32', [context, half], table(Math.sin)),
		];
	}

	private embed(graph: OnnxGraph): string {
		const { values, scales, rows, columns, blocks, bits } = this.at('table');
		const packed = (blocks * blockSize * bits) / 8;
		const rowsOut = graph.add({
			operator: 'GatherBlockQuantized',
			domain: microsoft,
			inputs: [
				graph.weight('table.rows', 'uint8', [rows, packed], values),
				'input_ids',
				graph.weight('table.row_scales', 'float32', [rows, blocks], scales),
			],
			attributes: { block_size: blockSize, quantize_axis: 1, gather_axis: 0, bits },
		});
		if (blocks * blockSize === columns) return rowsOut;
		const inputs = [rowsOut, graph.integers(0), graph.integers(columns), graph.integers(2)];
		return graph.add({ operator: 'Slice', inputs });
	}

	private multiply(graph: OnnxGraph, name: string, input: string, output?: string): string {
		const { rows, columns, bits, blocks, values, scales } = this.at(name);
		return graph.add({
			operator: 'MatMulNBits',
			domain: microsoft,
			inputs: [
				input,
				graph.weight(`${name}.values`, 'uint8', [rows, blocks, (blockSize * bits) / 8], values),
				graph.weight(`${name}.scales`, 'float32', [rows * blocks], scales),
			],
			...(output !== undefined && { outputs: [output] }),
			attributes: { N: rows, K: columns, bits, block_size: blockSize, ...this.accuracy },
		});
	}

	/** Adds what is pending and normalises; gives the sum and its normalised form. */
	private norm(graph: OnnxGraph, name: string, [stream, addition]: Stream): readonly [string, string] {
		const ones = new Float32Array(this.shape.width).fill(1);
		const scale = graph.weight('ones', 'float32', [this.shape.width], bytesOf(ones));
		if (addition === undefined) {
			const attributes = { axis: -1, epsilon, stash_type: 1 };
			return [stream, graph.add({ operator: 'SimplifiedLayerNormalization', inputs: [stream, scale], attributes })];
		}
		const outputs = [`${name}.normed`, '', '', `${name}.stream`];
		const inputs = [stream, addition, scale];
		graph.add({
			operator: 'SkipSimplifiedLayerNormalization',
			domain: microsoft,
			inputs,
			outputs,
			attributes: { epsilon },
		});
		return [`${name}.stream`, `${name}.normed`];
	}

	private layer(graph: OnnxGraph, index: number, stream: Stream, lengths: readonly string[]): Stream {
		const { heads, keyValueHeads } = this.shape;
		const name = `layers.${index}`;
		const linear = (part: string, input: string): string => this.multiply(graph, `${name}.${part}`, input);
		const [before, normed] = this.norm(graph, `${name}.attention_norm`, stream);
		const attended = graph.add({
			operator: 'GroupQueryAttention',
			domain: microsoft,
			inputs: [
				linear('attention', normed),
				'',
				'',
				`past_key_values.${index}.key`,
				`past_key_values.${index}.value`,
				...lengths,
			],
			outputs: [`${name}.attended`, `present.${index}.key`, `present.${index}.value`],
			attributes: {
				num_heads: heads,
				kv_num_heads: keyValueHeads,
				do_rotary: 1,
				rotary_interleaved: 0,
				scale: { float: headSize(this.shape) ** -0.5 },
			},
		});
		const [after, fed] = this.norm(graph, `${name}.feed_norm`, [before, linear('output', attended)]);
		const gate = linear('gate', fed);
		const open = graph.add({ operator: 'Mul', inputs: [gate, graph.add({ operator: 'Sigmoid', inputs: [gate] })] });
		const inner = graph.add({ operator: 'Mul', inputs: [open, linear('up', fed)] });
		return [after, linear('down', inner)];
	}
}

function keepLast(graph: OnnxGraph, input: string): string {
	const kept = graph.add({ operator: 'Unsqueeze', inputs: ['num_logits_to_keep', graph.integers(0)] });
	const start = graph.add({ operator: 'Neg', inputs: [kept] });
	return graph.add({ operator: 'Slice', inputs: [input, start, graph.integers(2 ** 31 - 1), graph.integers(1)] });
}

const bytesOf = (numbers: Float32Array): Uint8Array =>
	new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
