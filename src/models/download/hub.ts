import { type NetworkGate } from '../../generation';
import { DownloadError } from './downloadError';

/** A host that speaks the protocol of the Hugging Face hub, and who asks. */
export interface Hub {
	/** Address without a trailing slash: 'https://huggingface.co', a mirror, a server in a closed network. */
	readonly endpoint: string;
	/** Access token for models behind a licence. It goes to this address only, and never over plain http to another machine. */
	readonly token?: string | undefined;
	/** In the extension host the global one, which VS Code routes through its proxy and certificate settings. */
	readonly fetch: typeof globalThis.fetch;
	/** Asked before every connection. */
	readonly network: NetworkGate;
	/** How long a host may keep silent, and how long it may send almost nothing. */
	readonly silenceMs: number;
}

/** Hosts that can be chosen by name. Anything else is an address. */
export const mirrorPresets = ['https://huggingface.co', 'https://hf-mirror.com'] as const;

export const defaultSilenceMs = 30_000;

/** The host to ask: the user's setting, else HF_ENDPOINT as other tools read it, else huggingface.co.
 * @throws DownloadError badAddress */
export function hubEndpoint(setting: string, environment: string | undefined): string {
	const chosen = [setting, environment ?? ''].map(text => text.trim()).find(text => text !== '') ?? mirrorPresets[0];
	const url = URL.canParse(chosen) ? new URL(chosen) : undefined;
	if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '' || url.search !== '')
		throw new DownloadError(
			'badAddress',
			`'${chosen}' is no address of a model host. Set inkling.models.mirror to one such as ${mirrorPresets[0]}.`,
		);
	return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** Whether the token may travel to this address. */
export function mayCarryToken({ endpoint }: Pick<Hub, 'endpoint'>, url: URL): boolean {
	const own = new URL(endpoint);
	const loopback = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
	return url.origin === own.origin && (url.protocol === 'https:' || loopback);
}

const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

/** Facts about a repository at a revision. */
export const revisionUrl = ({ endpoint }: Hub, repository: string, revision: string): URL =>
	new URL(`${endpoint}/api/models/${encodePath(repository)}/revision/${encodeURIComponent(revision)}`);

/** All files of a repository at a commit. */
export const treeUrl = ({ endpoint }: Hub, repository: string, commit: string): URL =>
	new URL(`${endpoint}/api/models/${encodePath(repository)}/tree/${encodeURIComponent(commit)}?recursive=true`);

/** The bytes of one file. */
export const fileUrl = ({ endpoint }: Hub, repository: string, commit: string, path: string): URL =>
	new URL(`${endpoint}/${encodePath(repository)}/resolve/${encodeURIComponent(commit)}/${encodePath(path)}`);
