import { join } from 'node:path';
import { type CliEngines } from '../../../src/cli/engines';
import { type QualityOptions } from './options';
import { type Sacrebleu } from './sacrebleu';

/** What every part of the benchmark may use. */
export interface PartContext {
	/** Folder of the project. */
	readonly root: string;
	readonly options: QualityOptions;
	/** The engine processes that ship, one a model. */
	readonly engines: CliEngines;
	/** The model of --task-model, in engines of its own. */
	readonly taskEngines: CliEngines | undefined;
	/** The model of --beside. */
	readonly besideEngines: CliEngines | undefined;
	/** chrF and BLEU; undefined where no Python with sacrebleu was found. */
	readonly sacrebleu: Sacrebleu | undefined;
	/** One line of progress for the person who waits. */
	readonly say: (line: string) => void;
}

/** Rows under a heading; the first row names the columns. */
export interface Table {
	readonly title: string;
	readonly rows: readonly (readonly (string | number)[])[];
}

/** Figures for machines and the same as tables for people, or what is missing and where it would come from. */
export type PartResult<Figures> =
	| {
			readonly kind: 'measured';
			readonly figures: Figures;
			readonly tables: readonly Table[];
			/** What could not be measured for want of data. */
			readonly missing?: string;
	  }
	| { readonly kind: 'skipped'; readonly reason: string };

/** One measure of quality. */
export interface Part<Figures> {
	readonly name: string;
	run(context: PartContext): Promise<PartResult<Figures>>;
}

/** Held-out files that come with the project, for when the recipe has not run here. */
export function sampleFolderOf({ root }: PartContext): string {
	return join(root, 'test', 'fixtures', 'held-out');
}
