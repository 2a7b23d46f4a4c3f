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

const root = join(import.meta.dirname, '..', '..');

/** Trained models of 600 KB, one for each kind of graph. */
export const tinyModels = ['tiny-gqa', 'tiny-plain', 'tiny-nopos', 'tiny-fp16cache'] as const;

/** The folder of a test model, or of a built-in one. */
export function modelFolder(name: string): string {
	return name.startsWith('tiny-') ? join(root, 'test', 'fixtures', 'models', name) : join(root, 'models', name);
}

export function readReferences(model: string): readonly Reference[] {
	const file = join(root, 'test', 'fixtures', 'references', `${model}.json`);
	return (JSON.parse(readFileSync(file, 'utf8')) as { references: readonly Reference[] }).references;
}
