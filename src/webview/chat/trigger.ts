/** What is being typed that opens a picker: from `start` to the caret. */
export interface Trigger {
	readonly kind: 'context' | 'command';
	readonly start: number;
	readonly end: number;
	/** What was typed after the sign. */
	readonly query: string;
}

/** A `@` or `#` at the start of a word, or a `/` at the start of the message, up to the caret. */
export function triggerAt(text: string, caret: number): Trigger | undefined {
	const before = text.slice(0, caret);
	const command = /^\/([a-z0-9-]*)$/.exec(before);
	if (command) return { kind: 'command', start: 0, end: caret, query: command[1]! };
	const context = /(?:^|\s)[@#]([^\s@#]*)$/.exec(before);
	if (!context) return undefined;
	const query = context[1]!;
	return { kind: 'context', start: caret - query.length - 1, end: caret, query };
}

/** The text around what was typed for the picker. */
export function withoutTrigger(text: string, trigger: Trigger): { readonly before: string; readonly after: string } {
	return { before: text.slice(0, trigger.start), after: text.slice(trigger.end).replace(/^ /, '') };
}
