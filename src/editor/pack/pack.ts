import { Emitter, type Disposable, type Log } from '../../base';
import { GenerationError, type GenerationErrorCode } from '../../generation';
import { type ChoiceFacts, type PackComparison, type PackState } from '../../models';

interface Parts {
	/** Absolute paths of the packs on this machine, the one to prefer first. */
	readonly find: () => Promise<readonly string[]>;
	/** What is known about a pack without reading its weights; undefined where only a comparison can tell. */
	readonly look: (folder: string) => Promise<PackComparison | undefined>;
	/** Compares its bytes with its checksums, in another process. Undefined when aborted. */
	readonly compare: (folder: string, signal: AbortSignal) => Promise<PackComparison | undefined>;
	/** What its model takes in memory, in bytes. */
	readonly need: (folder: string) => Promise<number>;
	/** Memory that programs can still get, and all there is, in bytes. */
	readonly memory: () => ChoiceFacts['memory'];
	/** Milliseconds from any origin. */
	readonly now: () => number;
	readonly log: Log;
}

/** Once loading was refused for want of memory, it is not tried again for so long. */
const restAfterRefusalMs = 60_000;

/** Failures after which the built-in models do the work instead. Others are told as they are. */
const reasonsToGiveUp: readonly GenerationErrorCode[] = [
	'outOfMemory',
	'badModel',
	'modelMissing',
	'unsupportedModel',
	'engineCrashing',
	'engineTimeout',
];

/** One time of finding out. */
interface Round {
	/** It is known whether there is a pack, and perhaps more. */
	readonly looked: Promise<void>;
	/** Everything is known. */
	readonly settled: Promise<void>;
}

/** The model pack of this machine: whether it is there, whole, and worth trying. Finds nothing out before it is asked. */
export class Pack implements Disposable {
	private readonly changed = new Emitter<PackState>();
	readonly onChange = this.changed.event;
	private readonly over = new AbortController();
	private current: PackState = { kind: 'missing' };
	private round: Round | undefined;
	private refusedAt: number | undefined;

	constructor(private readonly parts: Parts) {}

	/** As far as it is known. */
	get state(): PackState {
		return this.current;
	}

	/** What a choice of a model depends on, now.
	 * @param isLoaded whether the pack's model is loaded, by its folder */
	facts(isLoaded: (folder: string) => boolean): ChoiceFacts {
		const { current: pack, refusedAt } = this;
		return {
			pack,
			isLoaded: pack.kind === 'sound' && isLoaded(pack.folder),
			wasTooLarge: refusedAt !== undefined && this.parts.now() - refusedAt < restAfterRefusalMs,
			memory: this.parts.memory(),
		};
	}

	/** Begins to find out, unless that was done. */
	begin(): void {
		if (this.round === undefined) this.refresh();
	}

	/** Finds out anew: a pack was installed, removed or is to be tried again. */
	refresh(): void {
		this.refusedAt = undefined;
		const isCurrent = (): boolean => this.round === round && !this.over.signal.aborted;
		const looking = this.look(isCurrent);
		const round: Round = {
			looked: looking.then(() => undefined),
			settled: looking.then(unproven => this.compare(unproven, isCurrent)),
		};
		this.round = round;
		round.settled.catch((error: unknown) =>
			this.parts.log.warn(`The model pack could not be examined: ${String(error)}`),
		);
	}

	/** Resolves when it is known whether there is a pack: milliseconds. */
	async looked(): Promise<PackState> {
		return this.when('looked');
	}

	/** Resolves when it is known whether the pack can be believed: a second or two where its bytes were never compared before. */
	async settled(): Promise<PackState> {
		return this.when('settled');
	}

	/** Loading its model failed. Whether that is a reason to go on without the pack, until something changes. */
	gaveUp(error: unknown): boolean {
		const { current, parts } = this;
		if (!(error instanceof GenerationError) || !reasonsToGiveUp.includes(error.code)) return false;
		// Told already, by somebody who asked at the same time.
		if (current.kind !== 'sound') return true;
		if (error.code === 'outOfMemory') this.refusedAt = parts.now();
		parts.log.warn(`Going on without the model pack. ${error.code}: ${error.message}`);
		if (error.code === 'outOfMemory') this.changed.fire(current);
		else this.set({ kind: 'failed', folder: current.folder, code: error.code });
		if (error.code === 'badModel') void this.nameDamage(current.folder);
		return true;
	}

	dispose(): void {
		this.over.abort();
		this.changed.dispose();
	}

	private async when(what: keyof Round): Promise<PackState> {
		this.begin();
		for (let round = this.round; ; round = this.round) {
			// What went wrong is logged; the state says that there is no pack to use.
			await round?.[what].catch(() => undefined);
			if (round === this.round) return this.current;
		}
	}

	/** Resolves to the packs that only a comparison can tell about. */
	private async look(isCurrent: () => boolean): Promise<readonly string[]> {
		const folders = await this.parts.find();
		const looks = await Promise.all(folders.map(async folder => ({ folder, found: await this.parts.look(folder) })));
		const sound = looks.find(({ found }) => found && !found.damage);
		const unproven = looks.flatMap(({ folder, found }) => (found ? [] : [folder]));
		const damaged = looks.flatMap(({ folder, found }) => (found?.damage ? [{ folder, damage: found.damage }] : []));
		const [first] = unproven;
		const state: PackState = sound
			? await this.soundState(sound.folder)
			: first !== undefined
				? { kind: 'checking', folder: first }
				: damaged[0]
					? { kind: 'damaged', ...damaged[0] }
					: { kind: 'missing' };
		if (isCurrent()) this.set(state);
		return sound ? [] : unproven;
	}

	private async compare(folders: readonly string[], isCurrent: () => boolean): Promise<void> {
		let state: PackState | undefined;
		for (const folder of folders) {
			const next = await this.stateOf(folder);
			if (next?.kind === 'sound') state = next;
			else state ??= next;
			if (state?.kind === 'sound' || !isCurrent()) break;
		}
		if (state && isCurrent()) this.set(state);
	}

	private async stateOf(folder: string): Promise<PackState | undefined> {
		const startedAt = this.parts.now();
		try {
			const found = await this.parts.compare(folder, this.over.signal);
			if (!found) return undefined;
			const { damage, read } = found;
			const outcome = damage ? `${damage.file}: ${damage.problem}` : 'every byte is right';
			const ms = Math.round(this.parts.now() - startedAt);
			if (read) this.parts.log.info(`Compared ${folder} with its checksums in ${ms} ms: ${outcome}.`);
			return damage ? { kind: 'damaged', folder, damage } : await this.soundState(folder);
		} catch (error) {
			this.parts.log.warn(`${folder} could not be compared with its checksums: ${String(error)}`);
			return { kind: 'failed', folder, code: 'engineStopped' };
		}
	}

	private async soundState(folder: string): Promise<PackState> {
		return { kind: 'sound', folder, needBytes: await this.parts.need(folder) };
	}

	/** A file may have changed since it was compared. */
	private async nameDamage(folder: string): Promise<void> {
		const found = await this.parts.look(folder).catch(() => undefined);
		const { current } = this;
		if (found?.damage && current.kind === 'failed' && current.folder === folder)
			this.set({ kind: 'damaged', folder, damage: found.damage });
	}

	private set(state: PackState): void {
		this.current = state;
		this.changed.fire(state);
	}
}
