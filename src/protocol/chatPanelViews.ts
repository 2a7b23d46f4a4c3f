import * as v from 'valibot';
import { answerStates, contextKinds } from '../chat';

/** What the panel takes at most, in characters: of a text of a turn, and of a name, a label or a line. */
export const longestText = 4_000_000;
export const longestName = 4000;

const text = v.pipe(v.string(), v.maxLength(longestText));
const short = v.pipe(v.string(), v.maxLength(longestName));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** How the address of a place that an answer cites begins; behind it stands its label, 'docs/guide.md#L10-L20'. */
export const placeScheme = 'inkling-place:';

/** Every fixed text of the chat panel, by what it is for. */
export const chatLabelNames = [
	'title',
	'placeholder',
	'send',
	'stop',
	'newChat',
	'you',
	'conversation',
	'composer',
	'addContext',
	'removeContext',
	'suggestions',
	'commands',
	'noMatches',
	'model',
	'chooseModel',
	'assistant',
	'chooseAssistant',
	'copy',
	'copyCode',
	'insert',
	'replace',
	'newFile',
	'regenerate',
	'edit',
	'save',
	'cancel',
	'previous',
	'next',
	'waiting',
	'answering',
	'answered',
	'stopped',
	'failed',
	'code',
	'link',
	'scrollDown',
	'welcome',
	'welcomeHint',
	'tokens',
	'dropHere',
	'thoughts',
	'openPlace',
] as const;
export type ChatLabel = (typeof chatLabelNames)[number];

/** The texts in the user's language. */
export type ChatLabels = Readonly<Record<ChatLabel, string>>;

const labels = v.object(
	Object.fromEntries(chatLabelNames.map(name => [name, v.string()])) as Record<ChatLabel, v.StringSchema<undefined>>,
);

/** The texts, if these are they. */
export function parseChatLabels(value: unknown): ChatLabels | undefined {
	const { success, output } = v.safeParse(labels, value);
	return success ? output : undefined;
}

/** Something that is attached, or could be. Names the item for the extension; the page never sees more of it. */
export const chipView = v.object({
	key: short,
	kind: v.picklist(contextKinds),
	label: short,
	detail: short,
	/** Cost, once it is known. */
	tokens: v.exactOptional(count),
	/** Why it cannot be used, or what to know about it. */
	warning: v.exactOptional(short),
	refused: v.boolean(),
	/** Follows the selection in the editor by itself. */
	implicit: v.boolean(),
});
export type ChipView = Readonly<v.InferOutput<typeof chipView>>;

/** A question or an answer as it is shown. */
export const turnView = v.object({
	id: short,
	kind: v.picklist(['question', 'answer']),
	text,
	chips: v.array(chipView),
	state: v.picklist([...answerStates, 'asked']),
	/** Which model, where: under an answer. */
	source: short,
	/** What left the machine for an answer; '' for nothing. */
	sent: short,
	/** What a reasoning model thought; '' for nothing. */
	reasoning: text,
	/** What went wrong or what to know, in words. */
	note: short,
	/** Place among the variants, from 1, and the neighbours to go to. */
	variant: v.object({
		number: count,
		of: count,
		previous: v.exactOptional(short),
		next: v.exactOptional(short),
	}),
});
export type TurnView = Readonly<v.InferOutput<typeof turnView>>;

/** The turns that the model did not see for the latest answer. */
export const olderView = v.object({
	/** Stands before this turn. */
	before: short,
	/** How many, and what became of them. */
	text: short,
	/** What the model saw instead; '' for nothing. */
	summary: text,
	/** Which model made the summary, where, and what left the machine for it. */
	source: short,
});
export type OlderView = Readonly<v.InferOutput<typeof olderView>>;

/** What stands above the composer when no installed model can chat. */
export const cardView = v.object({
	title: short,
	text: short,
	/** Models to install, connecting a server and so on. */
	actions: v.array(v.object({ id: short, label: short, detail: short, isPrimary: v.boolean() })),
	/** What works without a chat model. */
	footer: short,
});
export type CardView = Readonly<v.InferOutput<typeof cardView>>;

/** Model, budget and warnings around the composer. */
export const statusView = v.object({
	model: short,
	/** Where it runs, 'CPU'; '' while it is not loaded. */
	device: short,
	/** Title of the assistant that answers; '' for none. */
	assistant: short,
	/** Share of the budget that the latest prompt took, 0 to 1; undefined before the first. */
	meter: v.exactOptional(
		v.object({ fraction: v.pipe(v.number(), v.minValue(0), v.maxValue(1)), short: short, long: short }),
	),
	/** What the person must know: that older turns were left out, that nothing can be saved. */
	notices: v.array(short),
	card: v.exactOptional(cardView),
});
export type StatusView = Readonly<v.InferOutput<typeof statusView>>;

/** A command to complete after '/'. */
export const commandView = v.object({ name: short, title: short, help: short });
export type CommandView = Readonly<v.InferOutput<typeof commandView>>;
