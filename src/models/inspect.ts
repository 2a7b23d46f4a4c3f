import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { GenerationError } from '../generation';
import { parseDecoderConfig, type DecoderConfig } from './decoderConfig';
import { checkExternalData } from './externalData';

/** A model folder that looks loadable: what was found without running anything. */
export interface InspectedModel {
	readonly folder: string;
	/** The folder's name. */
	readonly id: string;
	readonly config: DecoderConfig;
	/** Absolute path of the graph to run. */
	readonly graphFile: string;
	/** 'int8', 'q4f16' ...; 'full' for `model.onnx`. */
	readonly variant: string;
}

/** File name endings of the variants people publish, the best for each kind of device first. On a CPU 8-bit weights are
 * near lossless and fast; a GPU prefers 16-bit arithmetic. */
const variantsByDevice = {
	cpu: ['int8', 'quantized', 'q8', 'q4', 'uint8', 'full', 'fp16', 'q4f16', 'bnb4'],
	gpu: ['q4f16', 'fp16', 'q4', 'full', 'int8', 'quantized', 'q8', 'uint8', 'bnb4'],
} as const;

/** Read later by the tokenizer, which then may trust that they are files: opening a pipe would wait forever. */
const textFiles = [
	'generation_config.json',
	'tokenizer.json',
	'tokenizer_config.json',
	'chat_template.jinja',
	'vocab.json',
	'merges.txt',
];

const largestConfigBytes = 4 * 1024 * 1024;

/** Looks at a model folder in the Hugging Face layout before anything is loaded from it.
 * @throws GenerationError modelMissing, badModel or unsupportedModel that names the file, the reason and the next step */
export async function inspectModelFolder(folder: string, device: 'cpu' | 'gpu' = 'cpu'): Promise<InspectedModel> {
	await requireFolder(folder);
	const configFile = join(folder, 'config.json');
	await requireOwnFile(configFile, folder);
	if ((await stat(configFile)).size > largestConfigBytes)
		throw new GenerationError(
			'badModel',
			`${configFile} is larger than ${largestConfigBytes} bytes. Download the model again.`,
		);
	const config = parseDecoderConfig(await readFile(configFile, 'utf8'), configFile);
	for (const name of textFiles) await requireOwnFile(join(folder, name), folder, 'optional');
	const { graphFile, variant } = await findGraph(folder, device);
	await requireOwnFile(graphFile, folder);
	await checkExternalData(graphFile);
	return { folder, id: basename(folder), config, graphFile, variant };
}

async function requireFolder(folder: string): Promise<void> {
	const found = await stat(folder).catch(() => undefined);
	if (!found)
		throw new GenerationError(
			'modelMissing',
			`There is no model folder ${folder}. Choose another model or download it again.`,
		);
	if (!found.isDirectory())
		throw new GenerationError('badModel', `${folder} is not a folder. Choose the folder that holds config.json.`);
}

async function findGraph(folder: string, device: 'cpu' | 'gpu'): Promise<{ graphFile: string; variant: string }> {
	const onnxFolder = join(folder, 'onnx');
	const names = new Set(await readdir(onnxFolder).catch(() => []));
	for (const variant of variantsByDevice[device]) {
		const name = variant === 'full' ? 'model.onnx' : `model_${variant}.onnx`;
		if (names.has(name)) return { graphFile: join(onnxFolder, name), variant };
	}
	throw missingGraph(onnxFolder, names);
}

function missingGraph(onnxFolder: string, names: ReadonlySet<string>): GenerationError {
	if ([...names].some(name => /^(decoder|encoder)_model/.test(name)))
		return new GenerationError(
			'unsupportedModel',
			`${onnxFolder} holds separate encoder and decoder graphs, which this version cannot run. Choose a decoder-only (GPT-like) model.`,
		);
	return new GenerationError(
		'badModel',
		`${onnxFolder} holds no model*.onnx file. Download the model again, with its onnx folder.`,
	);
}

/** A model brings all its files itself: a link that leaves the folder could show any file of the machine to the model. */
async function requireOwnFile(file: string, folder: string, need: 'required' | 'optional' = 'required'): Promise<void> {
	const found = await lstat(file).catch(() => undefined);
	if (!found && need === 'optional') return;
	if (!found) throw new GenerationError('badModel', `${file} is missing. Download the model again.`);
	const inside = relative(await realpath(folder), await realpath(file).catch(() => sep));
	const leaves = inside === '' || inside.startsWith('..') || inside.startsWith(sep);
	if (leaves)
		throw new GenerationError(
			'badModel',
			`${file} is a link to a place outside the model folder. Copy the file itself into the folder.`,
		);
	const target = await stat(file);
	if (!target.isFile())
		throw new GenerationError('badModel', `${file} is not a regular file. Download the model again.`);
	if (target.size === 0) throw new GenerationError('badModel', `${file} is empty. Download the model again.`);
}
