import { type Log } from '../base';
import { type Device } from '../generation';
import { inspectModelFolder, requireSoundPack, type InspectedModel } from '../models';
import { type LoadOptions } from '../protocol';
import { type ModelFamily } from './families/family';
import { loadWithFastestThreads } from './families/fastestThreads';
import { loadFamily } from './families/loadFamily';
import { availableMemory, requireMemory } from './memoryCheck';
import { defaultThreads } from './threads';

/** A network on the device it works on. */
export interface PlacedModel {
	readonly family: ModelFamily;
	readonly model: InspectedModel;
	readonly device: Device;
	readonly threads: number;
	/** Why it is not on the device that was asked for. */
	readonly fallbackReason?: string;
}

/** Loads a model on the wanted device, or on the CPU when that one cannot run it: creating a session proves little, so the
 * network's own first runs decide. @throws GenerationError when the CPU cannot either */
export async function placeModel(options: LoadOptions, log: Log): Promise<PlacedModel> {
	// 'auto' means the CPU until there is a measurement that a GPU is faster: on WebGPU small models are often slower.
	const wanted = options.device === 'auto' ? 'cpu' : options.device;
	await requireSoundPack(options.folder, options.proofsFolder);
	if (wanted === 'cpu') return loadOn('cpu', options, log);
	try {
		return await loadOn(wanted, options, log);
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		log.warn(`The model does not run on ${wanted} (${reason}); using the CPU.`);
		return { ...(await loadOn('cpu', options, log)), fallbackReason: reason };
	}
}

async function loadOn(device: Device, options: LoadOptions, log: Log): Promise<PlacedModel> {
	const model = await inspectModelFolder(options.folder, device === 'cpu' ? 'cpu' : 'gpu');
	await requireMemory(model, availableMemory());
	const { proofsFolder } = options;
	const threads = options.threads ?? defaultThreads();
	const canChoose = options.threads === undefined && threads > 1 && device === 'cpu';
	if (canChoose && proofsFolder !== undefined && model.config.family === 'decoder-only') {
		const fastest = await loadWithFastestThreads(model, { most: threads, proofsFolder }, log);
		return { family: fastest.family, model, device, threads: fastest.threads };
	}
	const { family } = await loadFamily(model, { device, threads, proofsFolder }, log);
	return { family, model, device, threads };
}
