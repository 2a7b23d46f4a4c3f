import { type JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type TurnView } from '../../protocol';
import { Chip } from './Chip';
import { Icon, IconButton } from './Icon';
import { Markdown } from './Markdown';
import { usePage } from './page';
import { QuestionEditor } from './QuestionEditor';

interface TurnProps {
	readonly turn: TurnView;
	/** An answer is being written, here or elsewhere in the conversation. */
	readonly isBusy: boolean;
}

/** A question or an answer with what can be done with it. */
export function Turn(props: TurnProps): JSX.Element {
	return props.turn.kind === 'question' ? <Question {...props} /> : <Answer {...props} />;
}

function Question({ turn, isBusy }: TurnProps): JSX.Element {
	const { labels, post } = usePage();
	const [isEditing, setIsEditing] = useState(false);
	const wasGivenUp = useRef(false);
	const editButton = useRef<HTMLButtonElement>(null);
	useEffect(() => {
		if (wasGivenUp.current) editButton.current?.focus();
		wasGivenUp.current = false;
	}, [isEditing]);
	const cancel = (): void => {
		wasGivenUp.current = true;
		setIsEditing(false);
	};
	const save = (text: string): void => {
		setIsEditing(false);
		post({ type: 'edit', turn: turn.id, text });
	};
	return (
		<article class="question" aria-label={labels.you}>
			{isEditing ? (
				<QuestionEditor text={turn.text} save={save} cancel={cancel} />
			) : (
				<div class="bubble">
					{/* What a person wrote is shown as they wrote it, never as markup. */}
					<div class="plain">{turn.text}</div>
					{turn.chips.length > 0 && (
						<div class="chips">
							{turn.chips.map(chip => (
								<Chip key={chip.key} chip={chip} />
							))}
						</div>
					)}
				</div>
			)}
			{!isEditing && (
				<footer class="turn-actions">
					<Variants turn={turn} isBusy={isBusy} />
					<IconButton
						element={editButton}
						icon="edit"
						label={labels.edit}
						disabled={isBusy}
						onClick={() => setIsEditing(true)}
					/>
					<IconButton icon="copy" label={labels.copy} onClick={() => post({ type: 'copy', turn: turn.id })} />
				</footer>
			)}
		</article>
	);
}

function Answer({ turn, isBusy }: TurnProps): JSX.Element {
	const { labels, post } = usePage();
	const isWriting = turn.state === 'answering';
	return (
		<article class="answer" aria-label={turn.source === '' ? 'Inkling' : turn.source} aria-busy={isWriting}>
			{turn.reasoning !== '' && (
				<details key={turn.id} class="thoughts">
					<summary>{labels.thoughts}</summary>
					<div class="plain">{turn.reasoning}</div>
				</details>
			)}
			<Markdown turn={turn.id} text={turn.text} isComplete={!isWriting} />
			{turn.note !== '' && <Note turn={turn} />}
			{!isWriting && (
				<footer class="turn-actions">
					<Variants turn={turn} isBusy={isBusy} />
					<IconButton icon="copy" label={labels.copy} onClick={() => post({ type: 'copy', turn: turn.id })} />
					<IconButton
						icon="refresh"
						label={labels.regenerate}
						disabled={isBusy}
						onClick={() => post({ type: 'regenerate', turn: turn.id })}
					/>
					<span class="source" title={turn.source}>
						{turn.source}
					</span>
				</footer>
			)}
			{turn.sent !== '' && (
				<p class="sent">
					<Icon name="server" />
					<span>{turn.sent}</span>
				</p>
			)}
		</article>
	);
}

function Note({ turn }: { readonly turn: TurnView }): JSX.Element {
	const isFailure = turn.state === 'failed';
	return (
		<p class={isFailure ? 'note failed' : 'note'}>
			<Icon name={isFailure ? 'error' : 'info'} />
			<span>{turn.note}</span>
		</p>
	);
}

/** Goes through other wordings of a question and other answers to it. */
function Variants({ turn, isBusy }: TurnProps): JSX.Element | null {
	const { labels, post } = usePage();
	const { number, of, previous, next } = turn.variant;
	if (of < 2) return null;
	const choose = (id: string | undefined): void => {
		if (id !== undefined) post({ type: 'choose', turn: id });
	};
	return (
		<span class="variants">
			<IconButton
				icon="chevronLeft"
				label={labels.previous}
				disabled={isBusy || previous === undefined}
				onClick={() => choose(previous)}
			/>
			<span>
				{number}/{of}
			</span>
			<IconButton
				icon="chevronRight"
				label={labels.next}
				disabled={isBusy || next === undefined}
				onClick={() => choose(next)}
			/>
		</span>
	);
}
