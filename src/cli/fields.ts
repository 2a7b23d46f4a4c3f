import { GenerationError } from '../generation';

/** The values of one job by flag name ('max-tokens'), from the command line (text) or from a line of JSON. */
export type Fields = ReadonlyMap<string, unknown>;

/** Something the caller wrote is wrong. `message` names the flag, the reason and the next step. */
export function badRequest(message: string): GenerationError {
	return new GenerationError('badRequest', message);
}

/** @throws GenerationError badRequest when the value is not text */
export function textField(fields: Fields, name: string): string | undefined {
	const value = fields.get(name);
	if (value === undefined) return undefined;
	if (typeof value !== 'string') throw badRequest(`--${name} must be text, not ${describe(value)}.`);
	return value;
}

/** @throws GenerationError badRequest when the value is missing or not text */
export function requiredText(fields: Fields, name: string): string {
	const value = textField(fields, name);
	if (value === undefined) throw badRequest(`--${name} is missing. Add it, or see --help.`);
	return value;
}

export interface NumberBounds {
	readonly least: number;
	readonly most: number;
	readonly integer: boolean;
}

/** Numbers come as JSON numbers or as decimal text. @throws GenerationError badRequest when out of bounds or no number */
export function numberField(fields: Fields, name: string, bounds: NumberBounds): number | undefined {
	const value = fields.get(name);
	if (value === undefined) return undefined;
	const number =
		typeof value === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) ? Number(value) : value;
	const kind = bounds.integer ? 'a whole number' : 'a number';
	const expected = `--${name} must be ${kind} from ${bounds.least} to ${bounds.most}`;
	if (typeof number !== 'number' || !Number.isFinite(number)) throw badRequest(`${expected}, not ${describe(value)}.`);
	if (bounds.integer && !Number.isSafeInteger(number)) throw badRequest(`${expected}, not ${number}.`);
	if (number < bounds.least || number > bounds.most) throw badRequest(`${expected}, not ${number}.`);
	return number;
}

/** One of a closed list of words. @throws GenerationError badRequest */
export function choiceField<T extends string>(fields: Fields, name: string, choices: readonly T[]): T | undefined {
	const value = fields.get(name);
	if (value === undefined) return undefined;
	// A line of JSON may well say true where the command line says 'true'.
	const found = choices.find(choice => choice === (typeof value === 'boolean' ? String(value) : value));
	if (found === undefined) throw badRequest(`--${name} must be one of ${choices.join(', ')}, not ${describe(value)}.`);
	return found;
}

/** A flag that may stand several times; in JSON a list, or one text. @throws GenerationError badRequest */
export function listField(fields: Fields, name: string): readonly string[] {
	const value = fields.get(name) ?? [];
	const list: readonly unknown[] = Array.isArray(value) ? value : [value];
	return list.map(item => {
		if (typeof item !== 'string') throw badRequest(`--${name} must be text or a list of texts, not ${describe(item)}.`);
		return item;
	});
}

/** Named texts: `name=value` given any number of times, or an object in JSON. @throws GenerationError badRequest */
export function pairsField(fields: Fields, name: string): Readonly<Record<string, string>> {
	const value = fields.get(name);
	if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
		const entries: readonly (readonly [string, unknown])[] = Object.entries(value);
		return Object.fromEntries(entries.map(([key, text]) => [key, requiredText(new Map([[key, text]]), key)]));
	}
	const pairs = listField(fields, name).map(pair => {
		const equals = pair.indexOf('=');
		if (equals < 1) throw badRequest(`--${name} ${describe(pair)} must look like name=value.`);
		return [pair.slice(0, equals), pair.slice(equals + 1)] as const;
	});
	return Object.fromEntries(pairs);
}

/** @throws GenerationError badRequest when the value is neither true nor false */
export function switchField(fields: Fields, name: string): boolean {
	const value = fields.get(name) ?? false;
	if (typeof value !== 'boolean') throw badRequest(`--${name} must be true or false, not ${describe(value)}.`);
	return value;
}

/** Names an unusable value without repeating much of it: it may be a document. */
function describe(value: unknown): string {
	if (typeof value === 'string') return value.length > 40 ? `a text of ${value.length} characters` : `'${value}'`;
	if (typeof value === 'number' || typeof value === 'boolean') return String(value);
	if (value === null) return 'null';
	return Array.isArray(value) ? 'a list' : 'an object';
}
