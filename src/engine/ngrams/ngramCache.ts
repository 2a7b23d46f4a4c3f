import { type MemoryKind } from '../../protocol';
import { type Evidence } from './evidence';
import { type LocalContext } from './localContext';
import { longestMatch, TokenLog } from './tokenLog';

/** In tokens: about 1 MB of open and edited text and 7 MB of workspace. Together 43 MB when full. */
export interface NgramCapacity {
	readonly near: number;
	readonly far: number;
}
export const defaultCapacity: NgramCapacity = { near: 1 << 18, far: 1 << 21 };

/** A match this long inside the document that is being edited is the cursor's own place in an older copy of it. */
const ownPlaceLength = 24;

interface Remembered {
	readonly log: TokenLog;
	readonly start: number;
	readonly end: number;
}

/** Tokens of other documents that a request can look followers up in. Everything is in memory and ends with the process. */
export class NgramCache {
	private readonly documents = new Map<string, Remembered>();
	private nearLog: TokenLog | undefined;
	private farLog: TokenLog | undefined;

	constructor(private readonly capacity: NgramCapacity = defaultCapacity) {}

	get documentCount(): number {
		return this.documents.size;
	}

	/** Tokens of all documents. */
	get tokenCount(): number {
		let tokens = 0;
		for (const { start, end } of this.documents.values()) tokens += end - start;
		return tokens;
	}

	/** Most tokens a document of this kind may have. */
	mostTokens(kind: MemoryKind): number {
		return (kind === 'workspace' ? this.capacity.far : this.capacity.near) / 2;
	}

	/** Puts a document in the place of what was remembered under its name. The oldest make room. */
	remember(document: string, kind: MemoryKind, ids: Int32Array): void {
		this.forget(document);
		const kept = ids.subarray(0, this.mostTokens(kind));
		const log = this.logFor(kind);
		this.makeRoom(log, kept.length);
		this.put(document, log, kept);
	}

	/** Forgets a document, or does nothing when it is not known. */
	forget(document: string): void {
		const remembered = this.documents.get(document);
		if (!remembered) return;
		remembered.log.erase(remembered.start, remembered.end);
		this.documents.delete(document);
	}

	/** Forgets all documents and gives their memory back. */
	clear(): void {
		this.documents.clear();
		this.nearLog = undefined;
		this.farLog = undefined;
	}

	/** Adds the votes of all matches of the context's end. @param own name of the document the context is from */
	collect(context: LocalContext, own: string | undefined, evidence: Evidence): void {
		context.findMatches((follower, length) => evidence.add('here', follower, length));
		const ownPlace = own === undefined ? undefined : this.documents.get(own);
		const { nearLog } = this;
		nearLog?.findMatches(context, (follower, length, position) => {
			const isOwn = ownPlace?.log === nearLog && position >= ownPlace.start && position < ownPlace.end;
			if (isOwn && (length >= ownPlaceLength || length === position - ownPlace.start)) return;
			evidence.add('near', follower, length);
		});
		this.farLog?.findMatches(context, (follower, length) => evidence.add('far', follower, length));
	}

	private put(document: string, log: TokenLog, ids: Int32Array): void {
		const start = log.end;
		log.append(ids);
		this.documents.set(document, { log, start, end: log.end });
		log.close();
	}

	/** The ring is about to overwrite its oldest tokens: their documents move to its front while at most half of it is in use, and
	 * are forgotten otherwise. */
	private makeRoom(log: TokenLog, tokens: number): void {
		let inUse = tokens;
		for (const one of this.documents.values()) if (one.log === log) inUse += one.end - one.start;
		for (const [document, { start, end, log: its }] of [...this.documents]) {
			if (its !== log) continue;
			if (start > log.end + tokens + longestMatch - log.capacity) return;
			const ids = inUse <= log.capacity / 2 ? log.slice(start, end) : undefined;
			this.forget(document);
			if (ids) this.put(document, log, ids);
			else inUse -= end - start;
		}
	}

	private logFor(kind: MemoryKind): TokenLog {
		return kind === 'workspace'
			? (this.farLog ??= new TokenLog(this.capacity.far))
			: (this.nearLog ??= new TokenLog(this.capacity.near));
	}
}
