import { closeSync, openSync, writeSync } from 'node:fs';
import { type Vocabulary } from './vocabulary';
import { headSize, matricesOf, type Shape } from './shapes';
import { blockSize, randomLevels, type Bits, type Levels } from './weights';

/** llama.cpp's file format, version 3: facts, descriptions of tensors, then their bytes, each at a multiple of 32. */
const alignment = 32;
const types = { uint32: 4, int32: 5, float32: 6, boolean: 7, string: 8, array: 9 } as const;
const tensorKinds = { float32: 0, q4_0: 2, q8_0: 8 } as const;

interface GgufTensor {
	readonly name: string;
	/** Fastest first, the other way round than elsewhere. */
	readonly dims: readonly number[];
	readonly kind: number;
	readonly bytes: number;
	readonly make: () => Uint8Array;
}

/** Writes the same weights as `DecoderWriter` in Q4_0 or Q8_0, as a network of the kind qwen2 (no permuted rotary halves). */
export function writeGguf(file: string, shape: Shape, bits: Bits, vocabulary: Vocabulary): void {
	const tensors = tensorsOf(shape, bits);
	const facts = factsOf(shape, bits, vocabulary);
	const descriptor = openSync(file, 'w');
	try {
		let at = 0;
		const write = (bytes: Uint8Array): void => void (at += writeSync(descriptor, bytes, 0, bytes.length, at));
		write(header(facts, tensors));
		for (const { make, bytes } of tensors) {
			write(new Uint8Array(-at & (alignment - 1)));
			const data = make();
			if (data.length !== bytes) throw new Error(`a tensor has ${data.length} instead of ${bytes} bytes`);
			write(data);
		}
	} finally {
		closeSync(descriptor);
	}
}

function tensorsOf(shape: Shape, bits: Bits): readonly GgufTensor[] {
	const matrices = matricesOf(shape).map(({ name, rows, columns }) => ({
		name: `${ggufName(name)}.weight`,
		dims: [columns, rows],
		kind: bits === 4 ? tensorKinds.q4_0 : tensorKinds.q8_0,
		bytes: rows * (columns / 32) * (bits === 4 ? 18 : 34),
		make: () => ggufBlocks(randomLevels(`${shape.name} ${name}`, rows, columns, bits)),
	}));
	const vector = (name: string, length: number, value: number): GgufTensor => ({
		name,
		dims: [length],
		kind: tensorKinds.float32,
		bytes: length * 4,
		make: () => new Uint8Array(new Float32Array(length).fill(value).buffer),
	});
	const narrow = shape.keyValueHeads * headSize(shape);
	const vectors = Array.from({ length: shape.layers }, (_, layer) => [
		vector(`blk.${layer}.attn_norm.weight`, shape.width, 1),
		vector(`blk.${layer}.ffn_norm.weight`, shape.width, 1),
		// The kind qwen2 has biases; zeros change nothing.
		vector(`blk.${layer}.attn_q.bias`, shape.width, 0),
		vector(`blk.${layer}.attn_k.bias`, narrow, 0),
		vector(`blk.${layer}.attn_v.bias`, narrow, 0),
	]);
	return [...matrices, ...vectors.flat(), vector('output_norm.weight', shape.width, 1)];
}

const parts: Readonly<Record<string, string>> = {
	query: 'attn_q',
	key: 'attn_k',
	value: 'attn_v',
	output: 'attn_output',
	gate: 'ffn_gate',
	up: 'ffn_up',
	down: 'ffn_down',
};

function ggufName(name: string): string {
	const [, layer, part] = name.split('.');
	return part === undefined ? 'token_embd' : `blk.${layer!}.${parts[part]!}`;
}

/** Blocks of 32 with a 16-bit scale in front: 16 bytes of which the lower halves are the first 16 levels, or 32 bytes. */
function ggufBlocks({ rows, columns, bits, levels, scales }: Levels): Uint8Array {
	const perRow = columns / 32;
	const size = bits === 4 ? 18 : 34;
	const bytes = new Uint8Array(rows * perRow * size);
	const scalesPerRow = Math.ceil(columns / blockSize);
	for (let row = 0; row < rows; row++)
		for (let block = 0; block < perRow; block++) {
			const out = bytes.subarray((row * perRow + block) * size, (row * perRow + block + 1) * size);
			const scale = scales[row * scalesPerRow + Math.floor((block * 32) / blockSize)]!;
			out[0] = scale & 255;
			out[1] = scale >> 8;
			const start = row * columns + block * 32;
			if (bits === 8) for (let index = 0; index < 32; index++) out[2 + index] = levels[start + index]!;
			else
				for (let index = 0; index < 16; index++)
					out[2 + index] = (levels[start + index]! + 8) | ((levels[start + 16 + index]! + 8) << 4);
		}
	return bytes;
}

type Fact = readonly [key: string, type: number, value: Uint8Array];

function factsOf(shape: Shape, bits: Bits, { tokens, merges }: Vocabulary): readonly Fact[] {
	const number = (key: string, value: number): Fact => [key, types.uint32, uint32(value)];
	const float = (key: string, value: number): Fact => [
		key,
		types.float32,
		new Uint8Array(Float32Array.of(value).buffer),
	];
	const end = tokens.length - 1;
	const kinds = Int32Array.from(tokens, (_, id) => (id === end ? 3 : 1));
	return [
		['general.architecture', types.string, text('qwen2')],
		['general.name', types.string, text(`bench-${shape.name}`)],
		number('general.file_type', bits === 4 ? 2 : 7),
		number('general.quantization_version', 2),
		number('qwen2.block_count', shape.layers),
		number('qwen2.context_length', shape.context),
		number('qwen2.embedding_length', shape.width),
		number('qwen2.feed_forward_length', shape.feedForward),
		number('qwen2.attention.head_count', shape.heads),
		number('qwen2.attention.head_count_kv', shape.keyValueHeads),
		float('qwen2.attention.layer_norm_rms_epsilon', 1e-6),
		float('qwen2.rope.freq_base', shape.ropeTheta),
		['tokenizer.ggml.model', types.string, text('gpt2')],
		['tokenizer.ggml.pre', types.string, text('qwen2')],
		['tokenizer.ggml.tokens', types.array, array(types.string, tokens.map(text))],
		['tokenizer.ggml.token_type', types.array, array(types.int32, [new Uint8Array(kinds.buffer)], tokens.length)],
		['tokenizer.ggml.merges', types.array, array(types.string, merges.map(text))],
		number('tokenizer.ggml.eos_token_id', end),
		number('tokenizer.ggml.bos_token_id', end),
		['tokenizer.ggml.add_bos_token', types.boolean, Uint8Array.of(0)],
	];
}

function header(facts: readonly Fact[], tensors: readonly GgufTensor[]): Uint8Array {
	const pieces: Uint8Array[] = [
		new TextEncoder().encode('GGUF'),
		uint32(3),
		uint64(tensors.length),
		uint64(facts.length),
	];
	for (const [key, type, value] of facts) pieces.push(text(key), uint32(type), value);
	let offset = 0;
	for (const { name, dims, kind, bytes } of tensors) {
		pieces.push(text(name), uint32(dims.length), ...dims.map(uint64), uint32(kind), uint64(offset));
		offset += Math.ceil(bytes / alignment) * alignment;
	}
	return Buffer.concat(pieces);
}

const uint32 = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);
const uint64 = (value: number): Uint8Array => new Uint8Array(BigUint64Array.of(BigInt(value)).buffer);

function text(value: string): Uint8Array {
	const bytes = new TextEncoder().encode(value);
	return Buffer.concat([uint64(bytes.length), bytes]);
}

const array = (type: number, items: readonly Uint8Array[], count = items.length): Uint8Array =>
	Buffer.concat([uint32(type), uint64(count), ...items]);
