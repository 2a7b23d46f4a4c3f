import * as vscode from 'vscode';
import { Emitter } from '../base';
import { type Installation, type ModelStore, type StoredModel, type TransferProgress } from '../models';
import { sizeWords, timeLeftWords } from './byteWords';

/** A download that runs or waits to be resumed. */
export interface Download {
	readonly name: string;
	readonly installation: Installation;
	/** Undefined before the first bytes. */
	readonly progress: TransferProgress | undefined;
	/** Undefined while it waits. */
	readonly pause: (() => void) | undefined;
}

/** The downloads of this window, each with a notification that shows its progress. */
export class Downloads implements vscode.Disposable {
	private readonly changed = new Emitter<void>();
	readonly onChange = this.changed.event;
	private readonly byFolder = new Map<string, Download>();

	constructor(private readonly store: ModelStore) {}

	get all(): readonly Download[] {
		return [...this.byFolder.values()];
	}

	/** Starts or resumes. Resolves to the installed model, or to undefined when it was paused; its bytes are kept then.
	 * @throws DownloadError or GenerationError */
	async run(name: string, installation: Installation): Promise<StoredModel | undefined> {
		const key = this.key(installation);
		if (this.byFolder.get(key)?.pause) return undefined;
		const stop = new AbortController();
		const update = (progress?: TransferProgress, pause: Download['pause'] = () => stop.abort()): void => {
			this.byFolder.set(key, { name, installation, progress, pause });
			this.changed.fire();
		};
		update();
		try {
			const model = await this.withNotification(name, installation, stop, update);
			this.forget(key);
			return model;
		} catch (error) {
			if (stop.signal.aborted) {
				this.byFolder.set(key, { name, installation, progress: this.byFolder.get(key)?.progress, pause: undefined });
				this.changed.fire();
				return undefined;
			}
			this.forget(key);
			throw error;
		}
	}

	/** Stops a download and deletes what it has. */
	async discard(download: Download): Promise<void> {
		download.pause?.();
		this.forget(this.key(download.installation));
		const { repository, variant } = download.installation;
		await this.store.discard({ repository: repository.repository, variant: variant.variant });
	}

	dispose(): void {
		for (const { pause } of this.all) pause?.();
		this.changed.dispose();
	}

	private forget(key: string): void {
		this.byFolder.delete(key);
		this.changed.fire();
	}

	private key({ repository, variant }: Installation): string {
		return this.store.folderOf(repository.repository, variant.variant);
	}

	private async withNotification(
		name: string,
		installation: Installation,
		stop: AbortController,
		update: (progress: TransferProgress) => void,
	): Promise<StoredModel> {
		const options = {
			location: vscode.ProgressLocation.Notification,
			title: vscode.l10n.t('Downloading {name}', { name }),
			cancellable: true,
		};
		return vscode.window.withProgress(options, (notification, token) => {
			token.onCancellationRequested(() => stop.abort());
			let shown = 0;
			let lastAt = 0;
			const onProgress = (progress: TransferProgress): void => {
				const fraction = progress.totalBytes === 0 ? 0 : progress.doneBytes / progress.totalBytes;
				// A chunk comes every few milliseconds; nobody reads that fast.
				if (performance.now() - lastAt < 250 && fraction < 1) return;
				lastAt = performance.now();
				update(progress);
				notification.report({ message: progressWords(progress), increment: Math.max(0, fraction - shown) * 100 });
				shown = Math.max(shown, fraction);
			};
			return this.store.install(installation, onProgress, stop.signal);
		});
	}
}

/** '412 MB of 862 MB, 23 MB/s, 20 s left' */
export function progressWords({ doneBytes, totalBytes, bytesPerSecond, secondsLeft }: TransferProgress): string {
	const amount = vscode.l10n.t('{done} of {total}', { done: sizeWords(doneBytes), total: sizeWords(totalBytes) });
	if (bytesPerSecond === 0 || secondsLeft === undefined) return amount;
	return [amount, `${sizeWords(bytesPerSecond)}/s`, timeLeftWords(secondsLeft)].join(', ');
}
