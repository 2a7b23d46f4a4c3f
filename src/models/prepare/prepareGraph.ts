import { basename } from 'node:path';
import { readGraphOutline } from '../onnxFile';
import { storedTensor, tryToReadGraphParts, type GraphParts, type NodePart } from './graphParts';
import { attribute, node, sequenceValue, tensor, tensorTypes, tensorValue } from './onnxMessages';
import { ProtobufWriter } from './protobuf';

/** A decoder's graph as the engine runs it fastest. */
export interface PreparedGraph {
	/** A whole .onnx file for the folder of the original, whose weights it goes on using. */
	readonly bytes: Uint8Array;
	/** What was changed, for the log: 'last logits only' ... */
	readonly changes: readonly string[];
	/** The same numbers but for the order of sums; otherwise activations are rounded more coarsely. */
	readonly isExact: boolean;
}

/** Older operators take their parameters in another form. */
const oldestOpset = 13;
/** Set where a graph leaves it open: rounds activations to 8 bits, which about doubles the speed of 4-bit weights on a CPU. */
const accuracyLevel = 4;
const toTheEnd = 2 ** 31 - 1;
const own = 'inkling.';

/**
 * Rewrites a published decoder graph without touching its weights:
 * - logits of the last position only, which for a prompt of 1,000 tokens and a vocabulary of 150,000 saves 600 MB;
 * and for the CPU
 * - a first output of sequence type, with which the KV cache is written where it is wanted instead of copied (see
 *   `Session.runInPlace`);
 * - `accuracy_level` of MatMulNBits where it is open.
 * @returns undefined when there is nothing to gain, or the file is not understood well enough
 */
export function prepareGraph(file: string, target: 'cpu' | 'gpu' = 'cpu'): PreparedGraph | undefined {
	const parts = tryToReadGraphParts(file);
	if (!parts || parts.opset < oldestOpset || !parts.inputs.some(({ name }) => name.startsWith('past_key_values.')))
		return undefined;
	const head = parts.inputs.some(({ name }) => name.endsWith('logits_to_keep')) ? undefined : findHead(parts.nodes);
	const onCpu = target === 'cpu';
	const has = (operator: string): boolean => parts.nodes.some(one => one.operator === operator);
	// A graph with branches is a merged decoder, which is run in another way.
	const stops = onCpu && parts.outputs[0]?.name === 'logits' && !has('If');
	const open = onCpu ? parts.nodes.filter(isOpenMultiplication) : [];
	const changes = [
		...(head ? ['last logits only'] : []),
		...(stops ? [has('GroupQueryAttention') ? 'KV cache in place' : 'no copies of the KV cache'] : []),
		...(open.length > 0 ? [`8-bit activations in ${open.length} multiplications`] : []),
	];
	if (changes.length === 0) return undefined;
	const logits = head && keptLogits(file);
	return {
		bytes: rewrite(parts, { head, logits, stops, rounds: open.length > 0, location: basename(file) }),
		changes,
		isExact: open.length === 0,
	};
}

/** The multiplication that makes logits of hidden states [batch, sequence, width], perhaps with a cast behind it. */
function findHead(nodes: readonly NodePart[]): NodePart | undefined {
	const producer = (name: string | undefined): NodePart | undefined =>
		nodes.find(({ outputs }) => name !== undefined && outputs.includes(name));
	const last = producer('logits');
	const head = last?.operator === 'Cast' ? producer(last.inputs[0]) : last;
	return head && ['MatMul', 'MatMulNBits'].includes(head.operator) ? head : undefined;
}

const isOpenMultiplication = ({ operator, attributes }: Pick<NodePart, 'operator' | 'attributes'>): boolean =>
	operator === 'MatMulNBits' && (attributes.get('accuracy_level') ?? 0) === 0;

/** As many positions as are kept, and not as many as went in. */
function keptLogits(file: string): ProtobufWriter | undefined {
	const logits = readGraphOutline(file).outputs.find(({ name }) => name === 'logits');
	const type = logits?.elementType === tensorTypes.float16 ? 'float16' : 'float32';
	return logits && tensorValue('logits', type, ['batch_size', `${own}kept_count`, logits.dims[2] ?? 'vocabulary']);
}

interface Changes {
	readonly head: NodePart | undefined;
	/** What is said about the logits from now on. */
	readonly logits: ProtobufWriter | undefined;
	readonly stops: boolean;
	/** Activations to 8 bits where that is open. */
	readonly rounds: boolean;
	/** File that holds the long numbers. */
	readonly location: string;
}

function rewrite(parts: GraphParts, { head, logits, stops, rounds, location }: Changes): Uint8Array {
	const graph = new ProtobufWriter();
	if (stops) graph.message(1, node({ operator: 'SequenceEmpty', inputs: [], outputs: [`${own}copy_stop`] }));
	for (const one of parts.nodes) {
		if (one === head) for (const added of keepLast(head.inputs[0]!)) graph.message(1, added);
		graph.message(1, message(one, { rounds, ...(one === head && { firstInput: `${own}kept` }) }));
	}
	graph.raw(...parts.graphRest);
	for (const one of parts.tensors) graph.message(5, storedTensor(one, location));
	if (head) for (const constant of constants()) graph.message(5, constant);
	for (const { bytes } of parts.inputs) graph.bytes(11, bytes);
	if (head) graph.message(11, tensorValue('num_logits_to_keep', 'int64', [1]));
	if (stops) graph.message(12, sequenceValue(`${own}copy_stop`));
	for (const { name, bytes } of parts.outputs) graph.bytes(12, name === 'logits' ? (logits?.finish() ?? bytes) : bytes);
	return new ProtobufWriter()
		.raw(...parts.modelRest)
		.message(7, graph)
		.finish();
}

function keepLast(hidden: string): readonly ProtobufWriter[] {
	const start = `${own}first_kept`;
	return [
		node({ operator: 'Neg', inputs: ['num_logits_to_keep'], outputs: [start] }),
		node({ operator: 'Slice', inputs: [hidden, start, `${own}end`, `${own}axis`], outputs: [`${own}kept`] }),
	];
}

const constants = (): readonly ProtobufWriter[] => [
	tensor(`${own}end`, 'int64', [1], new Uint8Array(BigInt64Array.of(BigInt(toTheEnd)).buffer)),
	tensor(`${own}axis`, 'int64', [1], new Uint8Array(BigInt64Array.of(1n).buffer)),
];

function message(
	{ inputs, rest, ...facts }: NodePart,
	{ firstInput = inputs[0], rounds }: { readonly firstInput?: string | undefined; readonly rounds: boolean },
): ProtobufWriter {
	const written = new ProtobufWriter();
	for (const [index, input] of inputs.entries()) written.text(1, index === 0 ? firstInput! : input);
	written.raw(rest);
	const open = rounds && isOpenMultiplication(facts);
	const level = open ? accuracyLevel : (facts.attributes.get('accuracy_level') ?? 0);
	return level > 0 ? written.message(5, attribute('accuracy_level', level)) : written;
}
