import { lstat, readFile, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { GenerationError } from '../generation';
import { findGraphs, type ModelGraphs } from './graphFiles';
import { parseModelConfig, type ModelConfig } from './modelConfig';
import { checkGraphFile } from './graphChecks';
import { type GraphOutline } from './onnxFile';
import { requireUndamaged } from './manifest';
import { optionalTextFiles } from './textFiles';

/** A model folder that looks loadable: what was found without running anything. */
export interface InspectedModel {
	readonly folder: string;
	/** The folder's name. */
	readonly id: string;
	readonly config: ModelConfig;
	readonly graphs: ModelGraphs;
	/** What each of the graphs says about itself, by file. */
	readonly outlines: ReadonlyMap<string, GraphOutline>;
	/** 'int8', 'q4f16' ...; 'full' for graphs without a suffix. */
	readonly variant: string;
}

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
	const config = parseModelConfig(await readFile(configFile, 'utf8'), configFile);
	for (const name of optionalTextFiles) await requireOwnFile(join(folder, name), folder, 'optional');
	const { graphs, variant } = await findGraphs(folder, config.family, device);
	const outlines = new Map<string, GraphOutline>();
	for (const graphFile of Object.values(graphs) as readonly string[]) {
		await requireOwnFile(graphFile, folder);
		// A decoder beside an encoder may be fed in other ways, which its family checks.
		const readsTokens = graphFile === graphs.encoder || graphs.encoder === undefined;
		outlines.set(graphFile, await checkGraphFile(graphFile, readsTokens));
	}
	await requireUndamaged(folder);
	return { folder, id: basename(folder), config, graphs, outlines, variant };
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
