import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openNetwork } from '../../src/backends';
import { silentLog, type Disposable } from '../../src/base';
import { inspectRepository, ModelStore, type Hub, type StoredModel, type TransferProgress } from '../../src/models';

/** A store in a folder of its own. Waiting between tries takes a moment only. */
export function temporaryStore(): { readonly root: string; readonly store: ModelStore } & Disposable {
	const root = mkdtempSync(join(tmpdir(), 'inkling-store-'));
	return { root, store: storeAt(root), dispose: () => rmSync(root, { recursive: true, force: true }) };
}

export function storeAt(root: string): ModelStore {
	const delay = (_: number, signal: AbortSignal): Promise<void> =>
		new Promise(resolve => {
			const done = (): void => {
				signal.removeEventListener('abort', done);
				resolve();
			};
			setTimeout(done, 5);
			signal.addEventListener('abort', done);
		});
	return new ModelStore({ root, log: silentLog, delay, now: () => performance.now() });
}

export const hubAt = (endpoint: string, more: Partial<Hub> = {}): Hub => ({
	endpoint,
	fetch: globalThis.fetch,
	network: openNetwork,
	silenceMs: 5000,
	...more,
});

interface Options {
	readonly signal?: AbortSignal;
	readonly onProgress?: (progress: TransferProgress) => unknown;
}

/** Installs the smallest variant of a repository, as the command does. */
export async function installFrom(
	store: ModelStore,
	hub: Hub,
	repository: string,
	{ signal = new AbortController().signal, onProgress }: Options = {},
): Promise<StoredModel> {
	const inspected = await inspectRepository(hub, repository, 'main', signal);
	const { licence, variants } = inspected;
	return store.install(
		{ hub, repository: inspected, variant: variants[0]!, roles: ['fill'], tasks: [], licence },
		progress => void onProgress?.(progress),
		signal,
	);
}
