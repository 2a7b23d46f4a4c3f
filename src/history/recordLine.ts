import { type SessionRecord } from '../chat';
import { crc32 } from './crc32';
import { parseRecord } from './recordSchema';

/** The form of the files, in the first record. Raise it when an older Inkling could not read what a newer one writes. */
export const formatVersion = 1;

/**
 * What one line of a session file says. 'torn': the beginning of a line whose end was never written. 'unknown': whole, but of a
 * kind that this version does not know; it is kept and passed over.
 */
export type ReadLine =
	| { readonly kind: 'record'; readonly record: SessionRecord; readonly seq: number; readonly by: string }
	| { readonly kind: 'unknown' }
	| { readonly kind: 'torn' }
	| { readonly kind: 'damaged' }
	| { readonly kind: 'future'; readonly version: number };

/** More than any record has; a line beyond it is damage and is not even looked at. */
const longestLine = 16 * 1024 * 1024;

/**
 * One line for one record, with its line end: who wrote it, its place among that writer's lines, and a checksum over both and
 * the record, so that every line stands for itself.
 */
export function writeLine(record: SessionRecord, by: string, seq: number): string {
	const whole = record.type === 'session' ? { ...record, version: formatVersion } : record;
	const text = JSON.stringify(whole);
	return `{"seq":${seq},"by":"${by}","crc":"${crc32(`${seq} ${by} ${text}`)}","record":${text}}\n`;
}

const pattern = /^\{"seq":(\d{1,15}),"by":"([0-9a-f]{1,32})","crc":"([0-9a-f]{8})","record":(.*)\}$/su;

/** Reads a line without its line end. Never throws. */
export function readLine(line: string): ReadLine {
	if (line.length > longestLine) return { kind: 'damaged' };
	const [, seq, by, crc, text] = pattern.exec(line) ?? [];
	if (seq === undefined || by === undefined || text === undefined) return { kind: isTorn(line) ? 'torn' : 'damaged' };
	if (crc32(`${seq} ${by} ${text}`) !== crc) return { kind: isTorn(line) ? 'torn' : 'damaged' };
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return { kind: 'damaged' };
	}
	const version = versionOf(value);
	if (version !== undefined && version > formatVersion) return { kind: 'future', version };
	const record = parseRecord(value);
	return record ? { kind: 'record', record, seq: Number(seq), by } : { kind: 'unknown' };
}

/** A line that was cut off in the writing begins as ours do and does not end as they do. */
function isTorn(line: string): boolean {
	const beginning = '{"seq":';
	return !line.endsWith('}') && (line.startsWith(beginning) || beginning.startsWith(line));
}

function versionOf(value: unknown): number | undefined {
	const { type, version } = Object(value) as { readonly type?: unknown; readonly version?: unknown };
	return type === 'session' && typeof version === 'number' ? version : undefined;
}
