/** Readers for what our own small files say: damaged, they are as good as none. */

export type PlainRecord = Readonly<Record<string, unknown>>;

/** The value of a JSON text; undefined where it is none. */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		// A damaged file is one that is measured anew.
		return undefined;
	}
}

export const isPlainRecord = (value: unknown): value is PlainRecord =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
export const isArrayOf = <T>(value: unknown, accepts: (item: unknown) => item is T): value is T[] =>
	Array.isArray(value) && value.every(item => accepts(item));
/** Milliseconds, and other numbers that are not negative. */
export const isDuration = (value: unknown): value is number =>
	typeof value === 'number' && Number.isFinite(value) && value >= 0;
