import { type ContextKind } from './context';

/** Words that attach something when they stand in a message. Files and symbols are chosen by name instead. */
const words: Readonly<Record<string, ContextKind>> = {
	selection: 'selection',
	problems: 'problems',
	changes: 'diff',
	terminal: 'terminal',
	clipboard: 'clipboard',
};

const mention = new RegExp(`(?:^|(?<=\\s))#(${Object.keys(words).join('|')})(?=[\\s,.:;!?]|$)`, 'gi');

/** The kinds of context that a message asks for by `#changes` and the like, each once. The words stay: they say what is meant. */
export function mentionedKinds(text: string): readonly ContextKind[] {
	return [...new Set([...text.matchAll(mention)].flatMap(([, word]) => words[word!.toLowerCase()] ?? []))];
}
