import * as v from 'valibot';
import { chipView, commandView, olderView, statusView, turnView } from './chatPanelViews';

const text = v.pipe(v.string(), v.maxLength(4_000_000));
const short = v.pipe(v.string(), v.maxLength(4000));
const phase = v.picklist(['idle', 'waiting', 'answering']);

const toChatPanel = v.variant('type', [
	/** The whole conversation as it is now. `session` changes when another one is shown. */
	v.object({
		type: v.literal('conversation'),
		session: short,
		title: short,
		phase,
		turns: v.array(turnView),
		older: v.exactOptional(olderView),
	}),
	/** More of an answer. */
	v.object({ type: v.literal('append'), turn: short, text }),
	/** More of the thoughts before an answer. */
	v.object({ type: v.literal('appendReasoning'), turn: short, text }),
	v.object({ type: v.literal('status'), status: statusView }),
	/** What is attached to the message that is being written. */
	v.object({ type: v.literal('chips'), chips: v.array(chipView) }),
	/** Answers `suggest`; `query` tells whether it is still wanted. */
	v.object({ type: v.literal('suggestions'), query: short, items: v.array(chipView) }),
	v.object({ type: v.literal('commands'), commands: v.array(commandView) }),
	/** Puts text into the composer and goes there. */
	v.object({ type: v.literal('compose'), text }),
	/** Goes to the composer: the person asked for the panel. */
	v.object({ type: v.literal('focus') }),
	/** Said by screen readers and shown for a moment. */
	v.object({ type: v.literal('announce'), text: short }),
]);

/** What the chat panel is told. Texts are already localised. */
export type ToChatPanel = Readonly<v.InferOutput<typeof toChatPanel>>;

const fromChatPanel = v.variant('type', [
	v.object({ type: v.literal('ready') }),
	v.object({ type: v.literal('send'), text }),
	v.object({ type: v.literal('stop') }),
	v.object({ type: v.literal('regenerate'), turn: short }),
	v.object({ type: v.literal('edit'), turn: short, text }),
	v.object({ type: v.literal('choose'), turn: short }),
	v.object({ type: v.literal('copy'), turn: short }),
	/** A button of a code block; `code` must be part of the turn. */
	v.object({
		type: v.literal('code'),
		action: v.picklist(['copy', 'insert', 'replace', 'newFile']),
		turn: short,
		code: text,
		language: v.pipe(v.string(), v.maxLength(100)),
	}),
	/** A link was pressed. It is shown whole and asked about before anything happens. */
	v.object({ type: v.literal('link'), address: short }),
	/** A place that an answer cites was pressed; it is opened if the answer really cites it. */
	v.object({ type: v.literal('place'), turn: short, label: short }),
	v.object({ type: v.literal('suggest'), query: short }),
	/** A slash was typed: templates may have changed since the commands were told. */
	v.object({ type: v.literal('listCommands') }),
	v.object({ type: v.literal('attach'), key: short }),
	v.object({ type: v.literal('detach'), key: short }),
	v.object({ type: v.literal('drop'), addresses: v.pipe(v.array(short), v.maxLength(50)) }),
	v.object({ type: v.literal('act'), action: short }),
	v.object({ type: v.literal('newChat') }),
	v.object({ type: v.literal('chooseModel') }),
	v.object({ type: v.literal('chooseAssistant') }),
]);

/** Everything the chat panel can ask for; nothing else that arrives from it has any effect. */
export type FromChatPanel = Readonly<v.InferOutput<typeof fromChatPanel>>;

/** A message of the page if it is one, stripped of everything else; undefined for whatever else a page may post. */
export function parseFromChatPanel(value: unknown): FromChatPanel | undefined {
	const { success, output } = v.safeParse(fromChatPanel, value);
	return success ? output : undefined;
}

/** A message to the page if it is one. */
export function parseToChatPanel(value: unknown): ToChatPanel | undefined {
	const { success, output } = v.safeParse(toChatPanel, value);
	return success ? output : undefined;
}
