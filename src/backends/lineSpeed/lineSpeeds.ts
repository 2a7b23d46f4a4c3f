import { type Device } from '../../generation';
import { deviceFacts, sameFacts, type DeviceFacts } from '../devices/deviceFacts';
import { ModelRecords } from '../devices/modelRecords';
import { isSettled, parseLineSpeed, type LineSpeed, type LineSpeedRecord } from './lineSpeed';

interface Parts {
	/** Folder where speeds are remembered. */
	readonly root: string;
	/** Absolute path of the engine bundle. */
	readonly entry: string;
	/** Threads that the user set. */
	readonly threads: () => number | undefined;
	/** Where a model runs when it is loaded next. */
	readonly device: (folder: string) => Device;
}

/** How fast models are on this machine: measured once, remembered on disk, and forgotten when the model or the machine changes. */
export class LineSpeeds {
	private readonly files: ModelRecords<LineSpeedRecord>;

	constructor(private readonly parts: Parts) {
		this.files = new ModelRecords(parts.root, '-line', parseLineSpeed);
	}

	/** What was measured and is believed, as long as it holds. Reads a few small things from the disk: not for every key. */
	read(folder: string): LineSpeed | undefined {
		const found = this.holding(folder, this.parts.device(folder));
		return found && isSettled(found) ? found : undefined;
	}

	/** Remembers a measurement. The best counts, because a disturbance only adds time.
	 * @param device where it was made */
	async add(folder: string, measured: LineSpeed, device: Device): Promise<LineSpeed> {
		const before = this.holding(folder, device);
		const record: LineSpeedRecord = {
			version: 1,
			folder,
			facts: this.facts(folder),
			device,
			warmLineMs: Math.min(measured.warmLineMs, before?.warmLineMs ?? Infinity),
			promptTokensPerSecond: Math.max(measured.promptTokensPerSecond, before?.promptTokensPerSecond ?? 0),
			times: (before?.times ?? 0) + 1,
		};
		await this.files.write(record);
		return record;
	}

	private holding(folder: string, device: Device): LineSpeedRecord | undefined {
		const found = this.files.read(folder);
		return found?.device === device && sameFacts(found.facts, this.facts(folder)) ? found : undefined;
	}

	private facts(folder: string): DeviceFacts {
		return deviceFacts(folder, this.parts.entry, this.parts.threads());
	}
}
