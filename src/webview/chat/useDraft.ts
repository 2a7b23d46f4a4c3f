import { type RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Where the text that is being written outlives the page. */
export interface DraftStore {
	readonly read: () => string;
	readonly write: (text: string) => void;
}

/** The text that is being written, and where the caret is. */
export interface Draft {
	readonly element: RefObject<HTMLTextAreaElement>;
	readonly text: string;
	readonly caret: number;
	/** Takes over what was typed. */
	readonly take: (input: HTMLTextAreaElement) => void;
	/** Puts other text there, with the caret at its end or where told, and goes there. */
	readonly write: (text: string, caret?: number) => void;
}

export function useDraft(store: DraftStore): Draft {
	const [text, setText] = useState(() => store.read());
	const [caret, setCaret] = useState(0);
	const element = useRef<HTMLTextAreaElement>(null);
	useLayoutEffect(() => fitHeight(element.current), [text]);
	const take = ({ value, selectionStart }: HTMLTextAreaElement): void => {
		setText(value);
		setCaret(selectionStart);
		store.write(value);
	};
	const write = (next: string, at = next.length): void => {
		const input = element.current;
		if (!input) return;
		input.value = next;
		input.focus();
		input.setSelectionRange(at, at);
		take(input);
	};
	return { element, text, caret, take, write };
}

/** As high as its text, up to the limit in chat.css. */
function fitHeight(input: HTMLTextAreaElement | null): void {
	if (!input) return;
	input.style.height = 'auto';
	input.style.height = `${input.scrollHeight}px`;
}
