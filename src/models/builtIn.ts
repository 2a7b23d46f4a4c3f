import { basename, isAbsolute, join } from 'node:path';
import { GenerationError } from '../generation';

/** The model that completes where no other can: it ships with the extension. */
export const builtInCompletionModel = 'inkling-code';

/** Turns a model setting into a folder: the name of a pack's folder, the id of a model that ships under `modelsRoot` ('inkling-code'),
 * or an absolute path. The folder need not exist; `inspectModelFolder` says what is wrong with it.
 * @param pack absolute path of the pack's folder, if there is one
 * @throws GenerationError modelMissing for an empty setting, badRequest for one that is neither */
export function resolveModelFolder(setting: string, modelsRoot: string, pack?: string): string {
	const name = setting.trim();
	if (name === '') throw new GenerationError('modelMissing', 'No model is chosen. Choose a model first.');
	if (isAbsolute(name)) return name;
	if (pack !== undefined && name === basename(pack)) return pack;
	// An id is one plain folder name, so that a setting can never climb out of the models that ship.
	if (/^[A-Za-z0-9][\w.-]*$/.test(name)) return join(modelsRoot, name);
	throw new GenerationError(
		'badRequest',
		`The model '${name}' is neither the name of a built-in model nor an absolute folder path. Choose another model.`,
	);
}
