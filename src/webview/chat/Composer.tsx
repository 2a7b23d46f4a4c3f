import { type ComponentChildren, type JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type ChipView } from '../../protocol';
import { type ChatState } from './chatState';
import { Chip } from './Chip';
import { ComposerBar } from './ComposerBar';
import { droppedAddresses } from './droppedAddresses';
import { Icon } from './Icon';
import { usePage } from './page';
import { Picker } from './Picker';
import { pickerKey } from './pickerKeys';
import { PromptHistory } from './promptHistory';
import { useFocusKeeper } from './useFocusKeeper';
import { useDraft, type Draft, type DraftStore } from './useDraft';
import { usePicker } from './usePicker';

interface ComposerProps {
	readonly state: ChatState;
	/** Questions of this conversation, oldest first, for the arrow keys. */
	readonly questions: readonly string[];
	readonly store: DraftStore;
}

/** Where messages are written: chips, text with pickers for @, # and /, model, meter, Send or Stop. */
export function Composer({ state, questions, store }: ComposerProps): JSX.Element {
	const { labels, post } = usePage();
	const draft = useDraft(store);
	const picker = usePicker(state, draft);
	const history = useRef(new PromptHistory());
	const { text, element } = draft;
	const isRunning = state.phase !== 'idle';
	const canSend = text.trim() !== '' && !isRunning && !state.status?.card;
	useEffect(() => {
		if (state.compose.number > 0) draft.write(state.compose.text);
	}, [state.compose]);
	useFocus(state, draft);
	useFocusKeeper(element);

	const send = (): void => {
		if (!canSend) return;
		post({ type: 'send', text });
		history.current.reset();
		draft.write('');
	};
	const recall = (direction: 'older' | 'newer'): boolean => {
		const found = history.current.move(direction, questions, text);
		if (found !== undefined) draft.write(found);
		return found !== undefined;
	};
	const onKeyDown = (event: KeyboardEvent): void => {
		if (event.isComposing || (picker && pickerKey(event, picker))) return;
		const wasHandled =
			(event.key === 'Enter' && !event.shiftKey && (send(), true)) ||
			(isRecallKey(event, element.current, history.current) && recall(event.key === 'ArrowUp' ? 'older' : 'newer'));
		if (wasHandled) event.preventDefault();
	};
	return (
		<DropArea>
			{picker && (
				<Picker {...picker} label={picker.trigger.kind === 'command' ? labels.commands : labels.suggestions} />
			)}
			<Attached chips={state.chips} add={() => draft.write(`${text}${/\S$/.test(text) ? ' ' : ''}@`)} />
			<textarea
				ref={element}
				rows={1}
				aria-label={labels.composer}
				aria-autocomplete="list"
				{...(picker && picker.choices.length > 0
					? { 'aria-controls': 'picker', 'aria-activedescendant': `choice-${picker.selected}` }
					: {})}
				placeholder={labels.placeholder}
				value={text}
				onInput={event => {
					history.current.reset();
					draft.take(event.currentTarget);
				}}
				onKeyDown={onKeyDown}
				onSelect={event => draft.take(event.currentTarget)}
			/>
			<ComposerBar status={state.status} isRunning={isRunning} canSend={canSend} send={send} />
		</DropArea>
	);
}

/** Goes to the text when the person asked for it. A conversation that changes by itself takes the focus from no list and no editor. */
function useFocus({ focus, session }: Pick<ChatState, 'focus' | 'session'>, { element }: Pick<Draft, 'element'>): void {
	useEffect(() => {
		if (focus > 0) element.current?.focus();
	}, [focus]);
	useEffect(() => {
		if (document.hasFocus()) element.current?.focus();
	}, [session]);
}

/** Arrow keys move through the text first; at its ends, or while going through earlier questions, they recall. */
function isRecallKey(event: KeyboardEvent, input: HTMLTextAreaElement | null, history: PromptHistory): boolean {
	if (!input || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return false;
	const { selectionStart, selectionEnd, value } = input;
	if (event.key === 'ArrowUp') return history.isRecalling || (selectionStart === 0 && selectionEnd === 0);
	return event.key === 'ArrowDown' && history.isRecalling && selectionStart === value.length;
}

function Attached(props: { readonly chips: readonly ChipView[]; readonly add: () => void }): JSX.Element {
	const { labels, post } = usePage();
	return (
		<div class="chips">
			<button type="button" class="add-context" onClick={props.add}>
				<Icon name="mention" />
				<span>{labels.addContext}</span>
			</button>
			{props.chips.map(chip => (
				<Chip key={chip.key} chip={chip} remove={() => post({ type: 'detach', key: chip.key })} />
			))}
		</div>
	);
}

/** The frame of the composer, onto which files can be dropped. */
function DropArea({ children }: { readonly children: ComponentChildren }): JSX.Element {
	const { post } = usePage();
	const [isOver, setIsOver] = useState(false);
	return (
		<div
			class={isOver ? 'composer dragged' : 'composer'}
			onDragOver={event => {
				event.preventDefault();
				setIsOver(true);
			}}
			onDragLeave={() => setIsOver(false)}
			onDrop={event => {
				event.preventDefault();
				setIsOver(false);
				const addresses = droppedAddresses(event.dataTransfer);
				if (addresses.length > 0) post({ type: 'drop', addresses });
			}}
		>
			{children}
		</div>
	);
}
