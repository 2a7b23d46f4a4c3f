import { readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyConversation, recordsOf, type Conversation, type SessionJournal, type SessionRecord } from '../chat';
import { keepCopy, makeFolder, writeWhole } from './files';
import { HistoryError, toHistoryError } from './historyError';
import { SessionFile } from './sessionFile';
import { SessionIndex, summarize, type SessionSummary } from './sessionIndex';
import { readSession, type SessionReading } from './sessionReading';

/** A conversation and where its next records go. */
export interface OpenSession {
	readonly conversation: Conversation;
	readonly journal: SessionJournal;
	readonly health: SessionReading['health'];
}

/** Deleted conversations can be brought back for so long, in milliseconds. */
const undoMs = 24 * 60 * 60 * 1000;

/** Files read at the same time. */
const readersAtOnce = 16;

const suffix = '.jsonl';
const isId = (text: string): boolean => /^[A-Za-z0-9][\w-]{0,99}$/.test(text);

/** All conversations, one file each in one folder. Several windows may use it at once. */
export class ChatHistory {
	private readonly index: SessionIndex;
	private readonly trash: string;

	constructor(
		private readonly folder: string,
		private readonly now: () => number,
	) {
		this.index = new SessionIndex(join(folder, 'index.json'));
		this.trash = join(folder, 'deleted');
	}

	/** A conversation that gets its file with the first record. */
	create(id: string, workspace: string, onForeign?: (records: readonly SessionRecord[]) => void): OpenSession {
		const conversation = emptyConversation(id, workspace, this.now());
		return { conversation, journal: this.newJournal(conversation, onForeign), health: 'whole' };
	}

	/** Reads a conversation. A damaged file is copied to `.bak` and then put right, so that damage is met once.
	 * @throws HistoryError tooNew for one that a newer Inkling wrote, deleted for one that is not there; whatever reading a file throws */
	async open(id: string, onForeign?: (records: readonly SessionRecord[]) => void): Promise<OpenSession> {
		const path = this.pathOf(id);
		if (!(await this.has(id))) throw new HistoryError('deleted', `${path} is not there`);
		const { reading, size } = await this.read(id);
		if (reading.health === 'future') throw new HistoryError('tooNew', `${path} was written by a newer version`);
		const repaired = reading.health === 'damaged' ? await repair(path, reading) : undefined;
		const options = { path, size: repaired ?? size, ...(onForeign && { onForeign }) };
		return { conversation: reading.conversation, journal: new SessionFile(options), health: reading.health };
	}

	/** Every conversation: pinned ones first, then the latest. Files that cannot be read at all are in it too. */
	async list(): Promise<readonly SessionSummary[]> {
		const ids = await this.ids();
		const found = await mapBounded(ids, id => this.summary(id).catch(() => undefined));
		await this.index.save(new Set(ids));
		return found.filter(summary => summary !== undefined).sort(byPinnedThenLatest);
	}

	/** Conversations in which all words of a query occur, in the order of `list`, with the place of the first one. */
	async search(
		query: string,
		signal: AbortSignal,
	): Promise<readonly (SessionSummary & { readonly excerpt: string })[]> {
		const words = query
			.toLowerCase()
			.split(/\s+/)
			.filter(word => word !== '');
		const all = await this.list();
		const found = await mapBounded(all, async summary => {
			if (signal.aborted) return undefined;
			const excerpt = await this.find(summary, words).catch(() => undefined);
			return excerpt === undefined ? undefined : { ...summary, excerpt };
		});
		return found.filter(hit => hit !== undefined);
	}

	/** Puts a conversation aside; `restore` brings it back, for a day. @throws HistoryError */
	async delete(id: string): Promise<void> {
		const path = this.pathOf(id);
		const aside = join(this.trash, id + suffix);
		try {
			await makeFolder(this.trash);
			await rename(path, aside);
			await utimes(aside, this.now() / 1000, this.now() / 1000);
		} catch (error) {
			throw toHistoryError(error);
		}
	}

	/** Whether a conversation is there: another window may have deleted it. */
	async has(id: string): Promise<boolean> {
		return stat(this.pathOf(id)).then(
			() => true,
			(error: unknown) => !(error instanceof Error && 'code' in error && error.code === 'ENOENT'),
		);
	}

	/** Brings back what was deleted; from what a window still shows of it where it is gone for good. @throws HistoryError */
	async bringBack(conversation: Conversation): Promise<void> {
		const { id } = conversation;
		if (await this.has(id)) return;
		await this.restore(id).catch(() => this.add(id, conversation));
	}

	/** @throws HistoryError */
	async restore(id: string): Promise<void> {
		try {
			await rename(join(this.trash, id + suffix), this.pathOf(id));
		} catch (error) {
			throw toHistoryError(error);
		}
	}

	/** Removes for good what was deleted more than a day ago. */
	async emptyTrash(): Promise<void> {
		for (const name of await readdir(this.trash).catch(() => [])) {
			const path = join(this.trash, name);
			const found = await stat(path).catch(() => undefined);
			if (found && found.mtimeMs < this.now() - undoMs) await rm(path, { force: true });
		}
	}

	/** Adds a conversation from elsewhere under a new id. @throws HistoryError */
	async add(id: string, conversation: Conversation): Promise<void> {
		const { journal } = this.create(id, conversation.workspace);
		await journal.append(recordsOf({ ...conversation, id }).slice(1), 'durable');
	}

	private newJournal(
		{ id, workspace, createdAt }: Conversation,
		onForeign?: (records: readonly SessionRecord[]) => void,
	): SessionJournal {
		const file = new SessionFile({
			path: this.pathOf(id),
			size: 0,
			...(onForeign && { onForeign }),
		});
		let opening: readonly SessionRecord[] = [{ type: 'session', id, workspace, at: createdAt }];
		const begun = (records: readonly SessionRecord[]): readonly SessionRecord[] => {
			const first = opening;
			opening = [];
			return [...first, ...records];
		};
		return {
			append: (records, how) => file.append(begun(records), how),
			close: records => file.close(records.length === 0 ? [] : begun(records)),
		};
	}

	private pathOf(id: string): string {
		if (!isId(id)) throw new HistoryError('unknown', `'${id}' is no id of a conversation`);
		return join(this.folder, id + suffix);
	}

	private async ids(): Promise<readonly string[]> {
		const names = await readdir(this.folder).catch(() => []);
		return names
			.filter(name => name.endsWith(suffix))
			.map(name => name.slice(0, -suffix.length))
			.filter(isId);
	}

	private async read(id: string): Promise<{ readonly reading: SessionReading; readonly size: number }> {
		const path = this.pathOf(id);
		const [bytes, { mtimeMs }] = await Promise.all([readFile(path), stat(path)]);
		return { reading: readSession(bytes, id, mtimeMs), size: bytes.length };
	}

	private async summary(id: string): Promise<SessionSummary> {
		const file = await stat(this.pathOf(id));
		const known = await this.index.find(id, file);
		if (known) return known;
		const summary = summarize((await this.read(id)).reading);
		await this.index.set(id, file, summary);
		return summary;
	}

	/** The surroundings of the first word where all occur in title or turns; undefined otherwise. */
	private async find({ id, title, health }: SessionSummary, words: readonly string[]): Promise<string | undefined> {
		if (health === 'future') return undefined;
		// Most files are ruled out without being taken apart. A query with characters that JSON escapes is looked for the slow way.
		const raw = (await readFile(this.pathOf(id), 'utf8')).toLowerCase();
		if (words.some(word => !/["\\\p{Cc}]/u.test(word) && !raw.includes(word))) return undefined;
		const { conversation } = readSession(Buffer.from(await readFile(this.pathOf(id))), id, 0);
		const text = [...conversation.turns.values()].map(turn => turn.text).join('\n');
		const lower = text.toLowerCase();
		if (!words.every(word => lower.includes(word) || title.toLowerCase().includes(word))) return undefined;
		const at = Math.max(0, ...words.slice(0, 1).map(word => lower.indexOf(word)));
		return text
			.slice(Math.max(0, at - 30), at + 90)
			.replace(/\s+/g, ' ')
			.trim();
	}
}

/** Keeps the file as it is beside itself and leaves the lines that can be read. Length of the new one; undefined when the disk
 * does not let us, and then all stays as it was. */
async function repair(path: string, { goodLines }: SessionReading): Promise<number | undefined> {
	try {
		const text = goodLines.map(line => `${line}\n`).join('');
		await keepCopy(path);
		await writeWhole(path, text);
		return Buffer.byteLength(text);
	} catch {
		return undefined;
	}
}

function byPinnedThenLatest(a: SessionSummary, b: SessionSummary): number {
	if (a.pinned !== b.pinned) return a.pinned ? -1 : 1;
	return b.updatedAt - a.updatedAt;
}

async function mapBounded<A, B>(items: readonly A[], map: (item: A) => Promise<B>): Promise<B[]> {
	const results: B[] = [];
	let next = 0;
	const work = async (): Promise<void> => {
		for (let index = next++; index < items.length; index = next++) results[index] = await map(items[index]!);
	};
	await Promise.all(Array.from({ length: readersAtOnce }, work));
	return results;
}
