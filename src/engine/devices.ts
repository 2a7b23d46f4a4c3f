import { type Log } from '../base';
import { type Device } from '../generation';
import { inspectModelFolder, type InspectedModel } from '../models';
import { type LoadOptions } from '../protocol';
import { type ModelFamily } from './families/family';
import { loadWithFastestThreads } from './families/fastestThreads';
import { loadFamily } from './families/loadFamily';
import { availableMemory, requireMemory, weightBytes } from './memoryCheck';
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
	if (canChoose && proofsFolder !== undefined && (await isWorthATrial(model))) {
		const loaded = await loadWithFastestThreads(model, { most: threads, proofsFolder }, log);
		return { ...loaded, model, device };
	}
	return { ...(await loadFamily(model, { device, threads, proofsFolder }, log)), model, device, threads };
}

/** A large model would take too long to be loaded three times, and is bound by memory. */
const mostTriedBytes = 2 ** 30;

const isWorthATrial = async (model: InspectedModel): Promise<boolean> =>
	model.config.family === 'decoder-only' && (await weightBytes(model)) <= mostTriedBytes;
