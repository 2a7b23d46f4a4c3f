/** One turn of a dialogue. The text of every role is untrusted: it never becomes a control token. */
export interface ChatMessage {
	readonly role: 'system' | 'user' | 'assistant';
	readonly text: string;
}

/** Text from another place that helps a completion; most relevant first. */
export interface Snippet {
	/** Path relative to the workspace, shown to the model as a comment. */
	readonly path: string;
	readonly text: string;
}

/** Fill in the middle: what belongs between `prefix` and `suffix`. */
export interface FillPrompt {
	readonly kind: 'fill';
	readonly prefix: string;
	readonly suffix: string;
	/** File name extension without the dot, 'ts'; '' when unknown. */
	readonly extension: string;
	readonly snippets: readonly Snippet[];
	/** Name under which this document is remembered, if it is: its own older copy must not answer for it. */
	readonly document?: string;
}

/** Left to right: what comes after `text`. The one thing every decoder can do. */
export interface ContinuePrompt {
	readonly kind: 'continue';
	readonly text: string;
	readonly extension: string;
	/** See `FillPrompt.document`. */
	readonly document?: string;
}

/** A task from a template (summarize, translate ...), in both forms a model may understand. */
export interface TaskPrompt {
	readonly kind: 'task';
	/** Name of the template, 'translate'. Models with a trained format for it use that and `text`. */
	readonly task: string;
	/** The piece of document to work on. */
	readonly text: string;
	/** The template's values, such as `language: 'zh'`. */
	readonly values: Readonly<Record<string, string>>;
	/** The rendered template, for models that follow instructions. */
	readonly messages: readonly ChatMessage[];
}

export interface ChatPrompt {
	readonly kind: 'chat';
	readonly messages: readonly ChatMessage[];
}

/** Ready token ids, for tests and benchmarks against a reference. */
export interface TokensPrompt {
	readonly kind: 'tokens';
	readonly ids: readonly number[];
}

/** What the model is asked. The engine turns it into token ids; control tokens come from the model's own format only. */
export type Prompt = FillPrompt | ContinuePrompt | TaskPrompt | ChatPrompt | TokensPrompt;
