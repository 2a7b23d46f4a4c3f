import { totalmem } from 'node:os';
import { comparePack, packNeed, packsIn, type ChoiceFacts, type PackState } from '../models';

/**
 * The pack among the models of this project, as the automatic choice sees it. Its bytes are compared with its checksums where that was
 * not done before, which takes a second or two.
 * @param proofsFolder where the outcome is kept
 */
export async function readPackFacts(modelsRoot: string, proofsFolder: string): Promise<ChoiceFacts> {
	const [folder] = await packsIn(modelsRoot);
	const pack: PackState = folder === undefined ? { kind: 'missing' } : await stateOf(folder, proofsFolder);
	const total = totalmem();
	const available = process.platform === 'darwin' ? total : process.availableMemory();
	return { pack, isLoaded: false, wasTooLarge: false, memory: { available, total } };
}

async function stateOf(folder: string, proofsFolder: string): Promise<PackState> {
	const { damage } = await comparePack(folder, { proofsFolder });
	return damage ? { kind: 'damaged', folder, damage } : { kind: 'sound', folder, needBytes: await packNeed(folder) };
}
