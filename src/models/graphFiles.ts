import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { GenerationError } from '../generation';
import { type ModelConfig } from './modelConfig';

/** Absolute paths of the graphs of one model. */
export interface ModelGraphs {
	/** The only graph, or the decoder: for its first run, or for all of them. */
	readonly main: string;
	readonly encoder?: string;
	/** The decoder for all runs but the first, where those are two files. */
	readonly withPast?: string;
}

type Device = 'cpu' | 'gpu';

/** File name endings of the variants people publish, the best for each kind of device first. On a CPU 8-bit weights are
 * near lossless and fast; a GPU prefers 16-bit arithmetic. */
const variantsByDevice = {
	cpu: ['int8', 'quantized', 'q8', 'q4', 'uint8', 'full', 'fp16', 'q4f16', 'bnb4'],
	gpu: ['q4f16', 'fp16', 'q4', 'full', 'int8', 'quantized', 'q8', 'uint8', 'bnb4'],
} as const;

/** Sets of files, without endings, that make up a model of a family; the first that is there is used. */
const layouts: Readonly<Record<ModelConfig['family'], readonly ModelGraphs[]>> = {
	'decoder-only': [{ main: 'model' }, { main: 'decoder_model_merged' }],
	'prefix-lm': [{ main: 'model' }],
	recurrent: [{ main: 'decoder_model', encoder: 'encoder_model' }],
	'encoder-decoder': [
		{ main: 'decoder_model', encoder: 'encoder_model', withPast: 'decoder_with_past_model' },
		{ main: 'decoder_model_merged', encoder: 'encoder_model' },
	],
};

/** Finds the graphs of a family in the folder `onnx`, all of the same variant.
 * @throws GenerationError badModel or unsupportedModel that says which file is missing */
export async function findGraphs(
	folder: string,
	family: ModelConfig['family'],
	device: Device,
): Promise<{ readonly graphs: ModelGraphs; readonly variant: string }> {
	const onnxFolder = join(folder, 'onnx');
	const names = new Set(await readdir(onnxFolder).catch(() => []));
	for (const variant of variantsByDevice[device])
		for (const layout of layouts[family]) {
			const graphs = withEnding(layout, variant === 'full' ? '.onnx' : `_${variant}.onnx`);
			if (filesOf(graphs).every(name => names.has(name))) return { graphs: inFolder(graphs, onnxFolder), variant };
		}
	throw family === 'decoder-only' || family === 'prefix-lm'
		? missingGraph(onnxFolder, names)
		: missingPart(onnxFolder, [...names], layouts[family]);
}

/** The file names of every complete set of graphs of one variant among `names`, the set that is used first. */
export function graphSets(
	names: ReadonlySet<string>,
	family: ModelConfig['family'],
	variant: string,
): readonly (readonly string[])[] {
	return layouts[family]
		.map(layout => filesOf(withEnding(layout, variant === 'full' ? '.onnx' : `_${variant}.onnx`)))
		.filter(files => files.every(name => names.has(name)));
}

const filesOf = (graphs: ModelGraphs): readonly string[] => Object.values(graphs) as readonly string[];

function mapFiles(graphs: ModelGraphs, change: (name: string) => string): ModelGraphs {
	const { main, encoder, withPast } = graphs;
	return {
		main: change(main),
		...(encoder !== undefined && { encoder: change(encoder) }),
		...(withPast !== undefined && { withPast: change(withPast) }),
	};
}

const withEnding = (graphs: ModelGraphs, ending: string): ModelGraphs => mapFiles(graphs, name => name + ending);
const inFolder = (graphs: ModelGraphs, folder: string): ModelGraphs => mapFiles(graphs, name => join(folder, name));

function missingGraph(onnxFolder: string, names: ReadonlySet<string>): GenerationError {
	if ([...names].some(name => /^(decoder|encoder)_/.test(name)))
		return new GenerationError(
			'unsupportedModel',
			`${onnxFolder} holds separate encoder and decoder graphs, but config.json names no encoder-decoder model. Download the model again or choose another.`,
		);
	return new GenerationError(
		'badModel',
		`${onnxFolder} holds no model*.onnx file. Download the model again, with its onnx folder.`,
	);
}

/** Names the part that is missing beside the parts that are there. */
function missingPart(onnxFolder: string, names: readonly string[], sets: readonly ModelGraphs[]): GenerationError {
	const has = (part: string): boolean => names.some(name => new RegExp(`^${part}(_[a-z0-9]+)?\\.onnx$`).test(name));
	const missing = sets.map(set => filesOf(set).filter(part => !has(part)));
	const [fewest = []] = missing.sort((one, other) => one.length - other.length);
	const problem =
		fewest.length === 0
			? 'has an encoder and a decoder, but not of the same variant'
			: `lacks ${fewest.map(part => `${part}.onnx`).join(' and ')}, which this encoder-decoder model needs`;
	return new GenerationError('badModel', `${onnxFolder} ${problem}. Download all files of one variant.`);
}
