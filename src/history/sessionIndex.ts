import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { lastActivity, titleOf } from '../chat';
import { writeWhole } from './files';
import { type SessionReading } from './sessionReading';

/** What a list of conversations shows of one. */
export interface SessionSummary {
	readonly id: string;
	readonly title: string;
	/** Address of the workspace it was begun in; '' without one. */
	readonly workspace: string;
	/** Milliseconds since 1970. */
	readonly updatedAt: number;
	readonly pinned: boolean;
	readonly turns: number;
	readonly health: SessionReading['health'];
}

const schema = v.object({
	version: v.literal(1),
	entries: v.record(
		v.string(),
		v.object({
			size: v.number(),
			modifiedAt: v.number(),
			summary: v.object({
				id: v.string(),
				title: v.string(),
				workspace: v.string(),
				updatedAt: v.number(),
				pinned: v.boolean(),
				turns: v.number(),
				health: v.picklist(['whole', 'torn', 'damaged', 'future', 'unreadable']),
			}),
		}),
	),
});

interface Entry {
	readonly size: number;
	readonly modifiedAt: number;
	readonly summary: SessionSummary;
}

/**
 * What is known about the session files, by id, so that a list does not have to read them all. Only a cache: an entry counts
 * while size and time of its file are the same, and a file that is missing or makes no sense is built anew.
 */
export class SessionIndex {
	private entries: Promise<Map<string, Entry>> | undefined;
	private isDirty = false;

	constructor(private readonly path: string) {}

	/** The summary of a file as it is now, if it is known. */
	async find(
		id: string,
		file: { readonly size: number; readonly mtimeMs: number },
	): Promise<SessionSummary | undefined> {
		const entry = (await this.load()).get(id);
		return entry?.size === file.size && entry.modifiedAt === file.mtimeMs ? entry.summary : undefined;
	}

	async set(
		id: string,
		file: { readonly size: number; readonly mtimeMs: number },
		summary: SessionSummary,
	): Promise<void> {
		(await this.load()).set(id, { size: file.size, modifiedAt: file.mtimeMs, summary });
		this.isDirty = true;
	}

	/** Forgets what is not among these ids and writes the rest. A disk that takes nothing costs time, no conversation. */
	async save(ids: ReadonlySet<string>): Promise<void> {
		const entries = await this.load();
		for (const id of [...entries.keys()]) if (!ids.has(id)) this.isDirty = entries.delete(id);
		if (!this.isDirty) return;
		this.isDirty = false;
		const text = JSON.stringify({ version: 1, entries: Object.fromEntries(entries) });
		await writeWhole(this.path, text).catch(() => (this.isDirty = true));
	}

	private load(): Promise<Map<string, Entry>> {
		this.entries ??= readFile(this.path, 'utf8').then(parseEntries, () => new Map<string, Entry>());
		return this.entries;
	}
}

function parseEntries(text: string): Map<string, Entry> {
	const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
	return new Map(success ? Object.entries(output.entries) : []);
}

export function summarize({ conversation, health }: SessionReading): SessionSummary {
	const { id, workspace, pinned, turns } = conversation;
	const shown = { id, workspace, pinned, turns: turns.size, health };
	return { ...shown, title: titleOf(conversation), updatedAt: lastActivity(conversation) };
}
