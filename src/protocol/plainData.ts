/** Readers for values that came from outside: each returns undefined instead of trusting a shape. */

export type PlainRecord = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is PlainRecord =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

export const isString = (value: unknown): value is string => typeof value === 'string';
export const isBoolean = (value: unknown): value is boolean => value === true || value === false;
export const isFiniteNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** A whole number from 0 to `largest`, 2^53 - 1 unless said. */
export const isCount = (value: unknown, largest: number = Number.MAX_SAFE_INTEGER): value is number =>
	Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= largest;

export const isOneOf = <T extends string>(value: unknown, all: readonly T[]): value is T =>
	(all as readonly unknown[]).includes(value);

/** `Array.every` stops a hostile array early and never calls anything on its elements. */
export const isListOf = <T>(value: unknown, accepts: (item: unknown) => item is T, mostItems: number): value is T[] =>
	Array.isArray(value) && value.length <= mostItems && value.every(item => accepts(item));

export const isTextRecord = (value: unknown): value is Readonly<Record<string, string>> =>
	isRecord(value) && Object.values(value).every(isString);

/** Absent, or accepted. */
export const isAbsentOr = <T>(value: unknown, accepts: (value: unknown) => value is T): value is T | undefined =>
	value === undefined || accepts(value);

/** About how many bytes a message takes, counted until `limit` is passed; safe on cycles and on deep nesting. */
export function measureBytes(message: unknown, limit: number): number {
	const rest: unknown[] = [message];
	let bytes = 0;
	while (rest.length > 0 && bytes <= limit) {
		const value = rest.pop();
		bytes += 8;
		if (typeof value === 'string') bytes += value.length * 2;
		else if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) bytes += value.byteLength;
		else if (Array.isArray(value)) {
			bytes += value.length * 8;
			if (bytes <= limit) for (const item of value) if (typeof item !== 'number') rest.push(item);
		} else if (isRecord(value)) {
			for (const key in value) {
				bytes += key.length * 2;
				rest.push(value[key]);
				if (bytes + rest.length * 8 > limit) return limit + 1;
			}
		}
	}
	return bytes;
}
