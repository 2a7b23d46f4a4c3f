import { isAbsentOr, isOneOf, isRecord, isString } from './plainData';

/** What can be wrong with a file of a pack, as the room `models` names it. */
const problems = ['manifest', 'missing', 'size', 'bytes', 'unreadable'] as const;

/** What a process found out about the bytes of a pack, see `comparePack` in the room `models`. */
export interface PackCompared {
	readonly damage?: { readonly file: string; readonly problem: (typeof problems)[number] } | undefined;
	/** Whether the bytes were read for it. */
	readonly read: boolean;
}

/** Whether a value that came from elsewhere has this shape. */
export const isPackCompared = (value: unknown): value is PackCompared =>
	isRecord(value) && typeof value.read === 'boolean' && isAbsentOr(value.damage, isDamage);

const isDamage = (value: unknown): value is NonNullable<PackCompared['damage']> =>
	isRecord(value) && isString(value.file) && isOneOf(value.problem, problems);
