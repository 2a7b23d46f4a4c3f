import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GenerationError } from '../generation';
import { readGraphOutline, type GraphOutline } from './onnxFile';

/** Domains whose operators the engine's ONNX Runtime brings. */
const knownDomains: ReadonlySet<string> = new Set([
	'',
	'ai.onnx',
	'ai.onnx.ml',
	'com.microsoft',
	'com.microsoft.nchwc',
	'com.ms.internal.nhwc',
	'org.pytorch.aten',
]);

/** 6 and 7 of onnx.proto's TensorProto.DataType. */
const integerTypes: ReadonlySet<number> = new Set([6, 7]);

/**
 * Looks at one graph before ONNX Runtime opens it: weights in other files lie beside it, its operators are known ones, and tokens go
 * in where `readsTokens`. Reads no weights.
 * @returns what the graph says about itself
 * @throws GenerationError badModel or unsupportedModel
 */
export async function checkGraphFile(graphFile: string, readsTokens: boolean): Promise<GraphOutline> {
	const outline = readGraphOutline(graphFile);
	await checkExternalData(graphFile, outline);
	checkOperators(graphFile, outline);
	if (readsTokens) checkTokenInput(graphFile, outline);
	return outline;
}

/** A hostile graph could otherwise read any file of the machine into its weights. */
async function checkExternalData(graphFile: string, { externals }: GraphOutline): Promise<void> {
	for (const { location, endByte } of externals) {
		// One plain file name: no folder, no drive, no parent. Nothing published needs more.
		if (!/^[^/\\:\0]+$/.test(location) || location === '.' || location === '..')
			throw refuse(graphFile, location, 'it is not a plain file name');
		const found = await lstat(join(dirname(graphFile), location)).catch(() => undefined);
		if (!found) throw refuse(graphFile, location, 'the file is missing');
		if (!found.isFile())
			throw refuse(graphFile, location, found.isSymbolicLink() ? 'it is a link' : 'it is not a regular file');
		if (found.nlink > 1) throw refuse(graphFile, location, 'it is a hard link, which another folder could change');
		if (found.size < endByte) throw refuse(graphFile, location, `it has ${found.size} of ${endByte} bytes`);
		// A file of holes reads as zeros for as long as it claims to be.
		if (process.platform !== 'win32' && found.size > 1e9 && found.blocks * 512 < found.size / 100)
			throw refuse(graphFile, location, 'it is mostly empty');
	}
}

const refuse = (graphFile: string, location: string, reason: string): GenerationError =>
	new GenerationError(
		'badModel',
		`${graphFile} keeps weights in '${location.slice(0, 200)}', which cannot be used: ${reason}. Download the model again.`,
	);

function checkOperators(graphFile: string, { operators, ownDomains }: GraphOutline): void {
	for (const operator of operators) {
		const domain = operator.includes('.') ? operator.slice(0, operator.lastIndexOf('.')) : '';
		if (!knownDomains.has(domain) && !ownDomains.has(domain))
			throw new GenerationError(
				'unsupportedModel',
				`${graphFile} uses the operator '${operator.slice(0, 100)}', which ONNX Runtime does not bring. Choose another export of the model.`,
			);
	}
}

function checkTokenInput(graphFile: string, { inputs }: GraphOutline): void {
	const tokens = inputs.find(({ name }) => name === 'input_ids');
	const names = inputs
		.slice(0, 5)
		.map(({ name }) => name.slice(0, 60))
		.join(', ');
	if (!tokens)
		throw new GenerationError(
			'unsupportedModel',
			`${graphFile} takes no input_ids but ${names === '' ? 'nothing' : names}. Choose a model that reads tokens.`,
		);
	if (!integerTypes.has(tokens.elementType) || tokens.dims.length !== 2)
		throw new GenerationError(
			'badModel',
			`${graphFile} takes input_ids of type ${tokens.elementType} with ${tokens.dims.length} dimensions; whole numbers with two are needed. Download the model again.`,
		);
}
