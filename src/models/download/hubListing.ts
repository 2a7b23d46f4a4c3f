import * as v from 'valibot';
import { DownloadError } from './downloadError';
import { revisionUrl, treeUrl, type Hub } from './hub';
import { hubJson } from './hubRequest';

/** A file as the host lists it. Large files have a sha256, small ones only git's own sha1 over a header and the bytes. */
export interface ListedFile {
	readonly path: string;
	readonly bytes: number;
	readonly sha256?: string;
	readonly gitSha1?: string;
}

/** A repository at one commit. */
export interface ListedRepository {
	readonly repository: string;
	/** 40 hex digits, whatever branch was asked for. */
	readonly commit: string;
	readonly licence: string | undefined;
	readonly files: readonly ListedFile[];
}

const revisionSchema = v.object({
	sha: v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/)),
	cardData: v.nullish(v.object({ license: v.nullish(v.union([v.string(), v.array(v.string())])) })),
});

const size = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e13));
const treeSchema = v.array(
	v.object({
		type: v.string(),
		path: v.pipe(v.string(), v.maxLength(4096)),
		size: v.optional(size, 0),
		oid: v.optional(v.string()),
		lfs: v.nullish(v.object({ oid: v.pipe(v.string(), v.regex(/^(sha256:)?[0-9a-f]{64}$/)), size })),
	}),
);

const mostPages = 20;
const mostFiles = 20_000;

/** What a repository holds. The commit is what branch or tag mean at this moment. @throws DownloadError */
export async function listRepository(
	hub: Hub,
	repository: string,
	revision: string,
	signal: AbortSignal,
): Promise<ListedRepository> {
	const facts = check(revisionSchema, (await hubJson(hub, revisionUrl(hub, repository, revision), signal)).json, hub);
	const files: ListedFile[] = [];
	let url: URL | undefined = treeUrl(hub, repository, facts.sha);
	for (let page = 0; url; page++) {
		if (page === mostPages || files.length > mostFiles)
			throw new DownloadError('noModel', `${repository} has too many files to be a model. Choose another one.`);
		const { json, headers } = await hubJson(hub, url, signal);
		files.push(...check(treeSchema, json, hub).flatMap(fileOf));
		url = nextPage(headers.get('link'), hub);
	}
	const licence = facts.cardData?.license;
	return {
		repository,
		commit: facts.sha,
		licence: Array.isArray(licence) ? licence[0] : (licence ?? undefined),
		files,
	};
}

function fileOf({ type, path, size: bytes, oid, lfs }: v.InferOutput<typeof treeSchema>[number]): ListedFile[] {
	if (type !== 'file') return [];
	if (lfs) return [{ path, bytes: lfs.size, sha256: lfs.oid.replace('sha256:', '') }];
	// Without any hash nothing could be checked, so the file does not count.
	return oid !== undefined && /^[0-9a-f]{40}$/.test(oid) ? [{ path, bytes, gitSha1: oid }] : [];
}

/** The address of the next page, on the same host whatever a mirror passes through. */
function nextPage(link: string | null, hub: Hub): URL | undefined {
	const target = /<([^>]+)>\s*;\s*rel="?next"?/.exec(link ?? '')?.[1];
	if (target === undefined || !URL.canParse(target, hub.endpoint)) return undefined;
	const { pathname, search } = new URL(target, hub.endpoint);
	return new URL(pathname + search, hub.endpoint);
}

function check<T>(schema: v.GenericSchema<unknown, T>, value: unknown, hub: Hub): T {
	const { success, output, issues } = v.safeParse(schema, value);
	if (success) return output;
	throw new DownloadError(
		'badAnswer',
		`${hub.endpoint} does not answer like a model host (${v.getDotPath(issues[0]) ?? 'answer'}: ${issues[0].message}). Check inkling.models.mirror.`,
	);
}
