import { type JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { usePage } from './page';

/** A question in an input of its own. Asking again keeps the old wording as a variant. */
export function QuestionEditor(props: {
	readonly text: string;
	readonly save: (text: string) => void;
	readonly cancel: () => void;
}): JSX.Element {
	const { labels } = usePage();
	const [text, setText] = useState(props.text);
	const element = useRef<HTMLTextAreaElement>(null);
	useEffect(() => {
		element.current?.focus();
		element.current?.setSelectionRange(props.text.length, props.text.length);
	}, [props.text]);
	const isEmpty = text.trim() === '';
	const onKeyDown = (event: KeyboardEvent): void => {
		if (event.isComposing) return;
		if (event.key === 'Enter' && !event.shiftKey && !isEmpty) {
			event.preventDefault();
			props.save(text);
		} else if (event.key === 'Escape') {
			event.preventDefault();
			props.cancel();
		}
	};
	return (
		<div class="question-editor">
			<textarea
				ref={element}
				rows={Math.min(12, text.split('\n').length + 1)}
				aria-label={labels.edit}
				value={text}
				onInput={event => setText(event.currentTarget.value)}
				onKeyDown={onKeyDown}
			/>
			<div class="buttons">
				<button type="button" disabled={isEmpty} onClick={() => props.save(text)}>
					{labels.save}
				</button>
				<button type="button" class="secondary" onClick={() => props.cancel()}>
					{labels.cancel}
				</button>
			</div>
		</div>
	);
}
