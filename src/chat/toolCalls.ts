/** A tool that another extension offers to the model. */
export interface ToolOffer {
	readonly name: string;
	readonly description: string;
	/** JSON Schema of its input. */
	readonly inputSchema?: object | undefined;
}

/** A piece of an answer: words, or a wish to have a tool called. */
export type ToolEvent =
	| { readonly type: 'text'; readonly text: string }
	| { readonly type: 'call'; readonly name: string; readonly input: object };

const opening = '<tool_call>';
const closing = '</tool_call>';

/** Tells a model which tools there are and how it calls one, in the form that most open chat models were trained on (Hermes). */
export function toolInstructions(tools: readonly ToolOffer[], mustCall: boolean): string {
	const offers = tools.map(({ name, description, inputSchema }) =>
		JSON.stringify({
			type: 'function',
			function: { name, description, parameters: inputSchema ?? { type: 'object' } },
		}),
	);
	return [
		'You may call these functions:',
		`<tools>\n${offers.join('\n')}\n</tools>`,
		`To call one, answer with its name and arguments as JSON between marks:\n${formatToolCall('name', {})}`,
		mustCall ? 'Call one of them now.' : 'Call one only when the question needs it; otherwise answer in words.',
	].join('\n\n');
}

/** A call as the model wrote it, for the turns before. */
export function formatToolCall(name: string, input: object): string {
	return `${opening}\n${JSON.stringify({ name, arguments: input })}\n${closing}`;
}

/** What a tool gave back, for the model. */
export function formatToolResult(text: string): string {
	return `<tool_response>\n${text}\n</tool_response>`;
}

/** Takes the calls out of an answer while it streams. A call of an unknown tool, or one that is no JSON, stays words. */
export class ToolCallStream {
	private held = '';

	constructor(private readonly names: ReadonlySet<string>) {}

	push(text: string): readonly ToolEvent[] {
		this.held += text;
		return this.take(false);
	}

	/** What is left; a call that was never closed is one if it is whole. */
	end(): readonly ToolEvent[] {
		return this.take(true);
	}

	private take(isEnd: boolean): readonly ToolEvent[] {
		const events: ToolEvent[] = [];
		const words = (length: number): void => {
			if (length > 0) events.push({ type: 'text', text: this.held.slice(0, length) });
			this.held = this.held.slice(length);
		};
		for (;;) {
			const start = this.held.indexOf(opening);
			if (start < 0) {
				words(isEnd ? this.held.length : this.held.length - partialEnd(this.held));
				return events;
			}
			words(start);
			const end = this.held.indexOf(closing);
			if (end < 0 && !isEnd) return events;
			const whole = end < 0 ? this.held : this.held.slice(0, end + closing.length);
			const call = this.read(whole.slice(opening.length, end < 0 ? undefined : end));
			if (call) {
				events.push(call);
				this.held = this.held.slice(whole.length);
			} else words(whole.length);
		}
	}

	private read(json: string): ToolEvent | undefined {
		let value: unknown;
		try {
			value = JSON.parse(json);
		} catch {
			return undefined;
		}
		if (typeof value !== 'object' || value === null) return undefined;
		const { name, arguments: input = {} } = value as { readonly name?: unknown; readonly arguments?: unknown };
		if (typeof name !== 'string' || !this.names.has(name) || typeof input !== 'object' || input === null)
			return undefined;
		return { type: 'call', name, input };
	}
}

/** How many characters at the end may be the start of a mark. */
function partialEnd(text: string): number {
	for (let length = Math.min(opening.length - 1, text.length); length > 0; length--)
		if (text.endsWith(opening.slice(0, length))) return length;
	return 0;
}
