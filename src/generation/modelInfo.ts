import { type Sampling } from './sampling';

/** What a model can be used for: completion at a cursor, tasks from templates, dialogue. */
export type ModelRole = 'fill' | 'task' | 'chat';

/** Where a model runs. Names of ONNX Runtime execution providers, lower case. */
export type Device = 'cpu' | 'webgpu' | 'dml' | 'coreml' | 'cuda';

/** A task the model was trained for in a format of its own. */
export interface TaskAbility {
	readonly task: string;
	/** Target language as a BCP 47 tag where the task has one. */
	readonly to?: string;
	/** The largest piece of text it takes at once. */
	readonly unit: 'line' | 'document';
	/** Mean natural-log probability of an answer's tokens below which the model's own card says not to trust it. */
	readonly minimumLogProbability?: number;
}

/** Facts about a loaded model, for the status bar, the pickers and the prompt budgets. */
export interface ModelInfo {
	readonly id: string;
	readonly name: string;
	readonly roles: readonly ModelRole[];
	readonly tasks: readonly TaskAbility[];
	/** Longest prompt plus answer, in tokens. */
	readonly contextTokens: number;
	/** The fill prompt puts the suffix before the prefix, so that typing only appends to it. Absent: not known, or not so. */
	readonly suffixFirst?: boolean;
	/** How fast this machine was measured to read a prompt. Absent: not measured, or not here. */
	readonly promptTokensPerSecond?: number;
	/** How the model's own files want its tasks decoded. */
	readonly taskSampling?: Sampling;
	readonly device: Device | 'remote';
	/** Host of the server that a 'remote' model runs on, with the port: where the tokens of `Usage.promptTokens` went. */
	readonly host?: string;
	/** Whether `countTokens` is the model's own tokenizer or an estimate on the safe side. Absent: exact. */
	readonly tokenCounts?: 'exact' | 'estimate';
	/** Why the model is not on the device that was asked for. */
	readonly fallbackReason?: string;
	readonly loadMs: number;
}
