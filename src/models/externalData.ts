import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GenerationError } from '../generation';
import { readExternalLocations } from './onnxFile';

/** Makes sure that the weights a graph keeps in other files lie beside it, before ONNX Runtime opens them: a hostile graph
 * could otherwise read any file of the machine into its weights.
 * @throws GenerationError badModel */
export async function checkExternalData(graphFile: string): Promise<void> {
	for (const { location, endByte } of readExternalLocations(graphFile)) {
		// One plain file name: no folder, no drive, no parent. Nothing published needs more.
		if (!/^[^/\\:\0]+$/.test(location) || location === '.' || location === '..')
			throw refuse(graphFile, location, 'it is not a plain file name');
		const found = await lstat(join(dirname(graphFile), location)).catch(() => undefined);
		if (!found) throw refuse(graphFile, location, 'the file is missing');
		if (!found.isFile())
			throw refuse(graphFile, location, found.isSymbolicLink() ? 'it is a link' : 'it is not a regular file');
		if (found.size < endByte) throw refuse(graphFile, location, `it has ${found.size} of ${endByte} bytes`);
	}
}

const refuse = (graphFile: string, location: string, reason: string): GenerationError =>
	new GenerationError(
		'badModel',
		`${graphFile} keeps weights in '${location.slice(0, 200)}', which cannot be used: ${reason}. Download the model again.`,
	);
