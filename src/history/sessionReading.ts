import { applyRecord, emptyConversation, interruptAnswers, type Conversation, type SessionRecord } from '../chat';
import { readLine } from './recordLine';

/** What a session file says. */
export interface SessionReading {
	readonly conversation: Conversation;
	/**
	 * 'torn': lines at whose end a process was killed, which never counted. 'damaged': something else could not be read.
	 * 'future': a newer Inkling wrote it; nothing of it is touched. 'unreadable': no line of ours is in it.
	 */
	readonly health: 'whole' | 'torn' | 'damaged' | 'future' | 'unreadable';
	/** The lines worth keeping, without line ends, those of kinds not known to this version included. */
	readonly goodLines: readonly string[];
}

/** Reads the bytes of a session file. `id` and `time` stand in where the first record is lost. Never throws. */
export function readSession(bytes: Uint8Array, id: string, time: number): SessionReading {
	const { records, goodLines, bad, torn, isFuture } = readLines(bytes);
	const start = emptyConversation(id, '', time);
	const conversation = interruptAnswers(records.reduce(applyRecord, start));
	const health = isFuture ? 'future' : healthOf({ good: goodLines.length, bad, torn });
	return { conversation: { ...conversation, id }, health, goodLines };
}

/** The records among some whole lines, without those of one writer. */
export function recordsOfOthers(bytes: Uint8Array, by: string): readonly SessionRecord[] {
	return [...linesOf(bytes)].flatMap(line => {
		const read = readLine(line);
		return read.kind === 'record' && read.by !== by ? [read.record] : [];
	});
}

interface Lines {
	readonly records: readonly SessionRecord[];
	readonly goodLines: readonly string[];
	readonly bad: number;
	readonly torn: number;
	readonly isFuture: boolean;
}

function readLines(bytes: Uint8Array): Lines {
	const records: SessionRecord[] = [];
	const goodLines: string[] = [];
	const seen = new Set<string>();
	let bad = 0;
	let torn = 0;
	let isFuture = false;
	for (const line of linesOf(bytes)) {
		const read = readLine(line);
		if (read.kind === 'torn') torn++;
		else if (read.kind === 'damaged') bad++;
		else if (read.kind === 'future') isFuture = true;
		else if (read.kind === 'unknown') goodLines.push(line);
		// A line whose writer was not sure that it arrived is there twice.
		else if (!seen.has(`${read.by} ${read.seq}`)) {
			seen.add(`${read.by} ${read.seq}`);
			records.push(read.record);
			goodLines.push(line);
		}
	}
	return { records, goodLines, bad, torn, isFuture };
}

/** Cut at line feeds before anything is decoded: one damaged byte must not cost the lines around it. */
function* linesOf(bytes: Uint8Array): Generator<string> {
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	for (let start = 0; start < buffer.length;) {
		const found = buffer.indexOf(10, start);
		const end = found === -1 ? buffer.length : found;
		if (end > start) yield buffer.toString('utf8', start, end);
		start = end + 1;
	}
}

function healthOf({ good, bad, torn }: Record<'good' | 'bad' | 'torn', number>): SessionReading['health'] {
	if (good === 0 && bad > 0) return 'unreadable';
	if (bad > 0) return 'damaged';
	return torn > 0 ? 'torn' : 'whole';
}
