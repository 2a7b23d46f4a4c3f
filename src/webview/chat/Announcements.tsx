import { type JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type ChatState } from './chatState';
import { usePage } from './page';

/** How long a message about what a button did stays visible, in milliseconds. */
const visibleMs = 4000;

/** Tells screen readers how an answer is getting on, never its tokens, and everybody what a button did. */
export function Announcements({ state }: { readonly state: ChatState }): JSX.Element {
	const { labels } = usePage();
	const [words, setWords] = useState('');
	const before = useRef(state.phase);
	const session = useRef(state.session);
	const end = state.turns.at(-1)?.state;
	useEffect(() => {
		const wasRunning = before.current !== 'idle' && session.current === state.session;
		before.current = state.phase;
		session.current = state.session;
		if (state.phase === 'waiting') setWords(labels.waiting);
		else if (state.phase === 'answering') setWords(labels.answering);
		else if (wasRunning)
			setWords(end === 'failed' ? labels.failed : end === 'stopped' ? labels.stopped : labels.answered);
	}, [state.phase, state.session, end, labels]);
	return (
		<>
			<div class="announcements" role="status">
				{words}
			</div>
			<Toast announcement={state.announcement} />
		</>
	);
}

function Toast({ announcement }: Pick<ChatState, 'announcement'>): JSX.Element {
	const [shown, setShown] = useState('');
	useEffect(() => {
		if (announcement.text === '') return undefined;
		setShown(announcement.text);
		const timer = setTimeout(() => setShown(''), visibleMs);
		return () => clearTimeout(timer);
	}, [announcement]);
	return (
		<div class={shown === '' ? 'toast' : 'toast visible'} role="status">
			{shown}
		</div>
	);
}
