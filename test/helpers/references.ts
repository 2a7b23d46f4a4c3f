import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Greedy output of a model as PyTorch computed it. */
export interface Reference {
	readonly kind: 'text' | 'continue' | 'fill' | 'task';
	readonly promptIds: readonly number[];
	readonly continuationIds: readonly number[];
	readonly continuation: string;
	/** The token that ended it; null when the length did. */
	readonly stopId: number | null;
	readonly text?: string;
	readonly extension?: string;
	readonly prefix?: string;
	readonly suffix?: string;
	readonly task?: string;
	readonly to?: string;
}

/** Answers of a beam search as transformers computed them, or for families it does not know a plain search by its rules. */
export interface BeamReference {
	readonly text: string;
	readonly promptIds: readonly number[];
	readonly beams: number;
	readonly lengthPenalty: number;
	/** True ends once `beams` answers are complete; 'never' goes on while a longer answer could still be better. */
	readonly earlyStopping: boolean | 'never';
	/** Size of the n-grams that must not come twice; 0 allows all. */
	readonly noRepeatNgram: number;
	readonly maximumTokens: number;
	/** Best first. `ids` follow the start token, with the forced first token and the end token where there is one. */
	readonly answers: readonly { readonly ids: readonly number[]; readonly score: number }[];
}

const root = join(import.meta.dirname, '..', '..');

/** Trained models of 600 KB, one for each kind of graph. `tiny-code`, of 5 MB in 8-bit blocks, is no toy: it used to ship. */
export const tinyModels = ['tiny-gqa', 'tiny-plain', 'tiny-nopos', 'tiny-fp16cache'] as const;

/** Trained models of a few hundred kilobytes, one for each family beside the decoder-only one. */
export const familyModels = ['tiny-t5', 'tiny-bart', 'tiny-gpt', 'tiny-prefix-lm', 'tiny-recurrent'] as const;

/** The folder of a test model, or of a built-in one. */
export function modelFolder(name: string): string {
	return name.startsWith('tiny-') ? join(root, 'test', 'fixtures', 'models', name) : join(root, 'models', name);
}

export function readReferences(model: string): readonly Reference[] {
	const file = join(root, 'test', 'fixtures', 'references', `${model}.json`);
	return (JSON.parse(readFileSync(file, 'utf8')) as { references: readonly Reference[] }).references;
}

export function readBeamReferences(model: (typeof familyModels)[number]): readonly BeamReference[] {
	const file = join(root, 'test', 'fixtures', 'references', `${model}.json`);
	return (JSON.parse(readFileSync(file, 'utf8')) as { beams: readonly BeamReference[] }).beams;
}
