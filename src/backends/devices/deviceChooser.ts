import { join } from 'node:path';
import { assertNever } from '../../base';
import { type Device } from '../../generation';
import { inspectModelFolder } from '../../models';
import { type DeviceProbe } from '../../protocol';
import { deviceFacts, sameFacts, type DeviceFacts } from './deviceFacts';
import { answerMs, chooseDevice, type DeviceTrial } from './deviceTrial';
import { type DeviceVerdict } from './deviceVerdict';
import { measureDevice } from './measureDevice';
import { type ProcessParts } from './ownProcess';
import { probeDevices } from './probeDevices';
import { VerdictFiles } from './verdictFiles';

export interface DeviceChooserParts extends ProcessParts {
	/** Folder where verdicts are remembered. */
	readonly root: string;
	/** Threads that the user set. */
	readonly threads: () => number | undefined;
}

/** Enough for the few hundred tokens of a measurement. */
const cacheBytes = 64 * 1024 * 1024;

/** Whether a verdict that still holds is enough. */
type How = 'ifUnknown' | 'anew';

/** What 'auto' means: for each model the device that was measured to be fastest on this machine, the CPU until then. */
export class DeviceChooser {
	private readonly files: VerdictFiles;
	/** Measurements that ran side by side would measure each other. */
	private last: Promise<unknown> = Promise.resolve();

	constructor(private readonly parts: DeviceChooserParts) {
		this.files = new VerdictFiles(parts.root);
	}

	/** Where engines keep what they prove about models on this machine. */
	get proofsFolder(): string {
		return join(this.parts.root, 'proofs');
	}

	/** The device for a model now. Starts nothing. */
	deviceFor(folder: string): Device {
		return this.verdict(folder)?.device ?? 'cpu';
	}

	/** What was measured, as long as it still holds. Starts nothing. */
	verdict(folder: string): DeviceVerdict | undefined {
		const verdict = this.files.read(folder);
		return verdict && sameFacts(verdict.facts, this.facts(folder)) ? verdict : undefined;
	}

	/** The devices of this machine, tried now, whatever else is going on: somebody waits. Empty when aborted. */
	probe(signal: AbortSignal): Promise<readonly DeviceProbe[]> {
		return probeDevices(this.parts, signal);
	}

	/** Looks at the devices, and measures the model on those that compute unless that is known already. Undefined when aborted.
	 * @throws GenerationError modelMissing, badModel, or outOfMemory when a second copy of the model does not fit now */
	decide(folder: string, signal: AbortSignal): Promise<DeviceVerdict | undefined> {
		return this.inTurn(() => this.decideNow(folder, signal));
	}

	/** The same without what is known. What was known stays when this is aborted or fails. @throws GenerationError as `decide` */
	measureAnew(folder: string, signal: AbortSignal): Promise<DeviceVerdict | undefined> {
		return this.inTurn(() => this.decideNow(folder, signal, 'anew'));
	}

	private async decideNow(
		folder: string,
		signal: AbortSignal,
		how: How = 'ifUnknown',
	): Promise<DeviceVerdict | undefined> {
		const facts = this.facts(folder);
		const { config } = await inspectModelFolder(folder);
		const probes = await probeDevices(this.parts, signal);
		if (probes.length === 0) return undefined;
		const known = how === 'anew' ? undefined : this.verdict(folder);
		const devices = probes.filter(({ obstacle }) => obstacle === undefined).map(({ device }) => device);
		if (known && sameDevices(known.devices, devices)) return known;
		const trials = await this.tryAll(folder, probes, { family: config.family, how }, signal);
		if (!trials) return undefined;
		const verdict: DeviceVerdict = { version: 1, folder, facts, device: chooseDevice(trials), devices, trials };
		this.parts.log.info(`Measured ${folder}: ${trials.map(inWords).join('; ')}. Automatic is ${verdict.device}.`);
		await this.files.write(verdict);
		return verdict;
	}

	/** Undefined when aborted. */
	private async tryAll(
		folder: string,
		probes: readonly DeviceProbe[],
		{ family, how }: { readonly family: string; readonly how: How },
		signal: AbortSignal,
	): Promise<readonly DeviceTrial[] | undefined> {
		const isFit = family === 'decoder-only';
		// Whoever asks for figures gets one, with or without something to compare it with.
		const isAlone = how === 'ifUnknown' && (!isFit || probes.every(one => one.device === 'cpu' || one.obstacle));
		const trials: DeviceTrial[] = [];
		for (const probe of probes) {
			const { device, obstacle } = probe;
			const isUnfit = !isFit && device !== 'cpu' && obstacle === undefined;
			const trial = isUnfit ? unfit(device, family) : isAlone ? untimed(probe) : await this.try(folder, probe, signal);
			if (!trial) return undefined;
			trials.push(trial);
		}
		return trials;
	}

	private async try(folder: string, probe: DeviceProbe, signal: AbortSignal): Promise<DeviceTrial | undefined> {
		const { device, obstacle } = probe;
		if (obstacle) return untimed(probe);
		const threads = this.parts.threads();
		const { proofsFolder } = this;
		const options = { folder, device, cacheBytes, proofsFolder, ...(threads === undefined ? {} : { threads }) };
		return measureDevice(this.parts, options, signal);
	}

	private facts(folder: string): DeviceFacts {
		return deviceFacts(folder, this.parts.entry, this.parts.threads());
	}

	private inTurn<T>(work: () => Promise<T>): Promise<T> {
		const result = this.last.then(work);
		this.last = result.catch(() => undefined);
		return result;
	}
}

/** What a probe alone tells. */
const untimed = ({ device, obstacle, detail = '' }: DeviceProbe): DeviceTrial =>
	obstacle ? { kind: 'unusable', device, obstacle, detail } : { kind: 'unmeasured', device };

const unfit = (device: Device, family: string): DeviceTrial => ({
	kind: 'unusable',
	device,
	obstacle: 'modelUnfit',
	detail: `A model of the family ${family} only runs on the CPU.`,
});

const sameDevices = (one: readonly Device[], other: readonly Device[]): boolean =>
	[...one].sort().join() === [...other].sort().join();

function inWords(trial: DeviceTrial): string {
	const { device } = trial;
	switch (trial.kind) {
		case 'measured': {
			const [all, prefill, decode] = [answerMs(trial), trial.prefillMs, trial.decodeMs].map(ms => ms.toFixed(1));
			return `${device} ${all} ms (64 tokens ${prefill}, 8 steps ${decode})`;
		}
		case 'unmeasured':
			return `${device} has nothing to be compared with`;
		case 'unusable':
			return `${device} is not usable (${trial.obstacle}${trial.detail && `: ${trial.detail}`})`;
		default:
			return assertNever(trial);
	}
}
