import { render, type JSX } from 'preact';
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks';
import { type FromResultPanel, type ToResultPanel } from '../protocol';
import { nextAnnouncement } from './announcer';
import { emptyPanel, reducePanel, type PanelState } from './panelState';

declare function acquireVsCodeApi(): { postMessage(message: FromResultPanel): void };

/** The panel beside the text: streams a result as plain text and sends what the reader presses to the extension. */
function ResultPanel({ post }: { readonly post: (message: FromResultPanel) => void }): JSX.Element {
	const [state, dispatch] = useReducer(reducePanel, emptyPanel);
	useEffect(() => {
		// Only the extension host can post here; the union is closed, so anything else would be a bug of our own.
		const listener = (event: MessageEvent<ToResultPanel>): void => dispatch(event.data);
		window.addEventListener('message', listener);
		post({ type: 'ready' });
		return () => window.removeEventListener('message', listener);
	}, [post]);
	const isRunning = state.phase === 'running';
	useEffect(() => {
		const listener = (event: KeyboardEvent): void => {
			if (event.key === 'Escape' && isRunning) post({ type: 'stop' });
		};
		window.addEventListener('keydown', listener);
		return () => window.removeEventListener('keydown', listener);
	}, [isRunning, post]);
	if (state.phase === 'idle') return <main />;
	return (
		<main aria-busy={isRunning}>
			<header>
				<h1>{state.title}</h1>
				<Actions state={state} post={post} />
			</header>
			<Progress state={state} />
			<Notes state={state} />
			<Result state={state} />
			<Announcements state={state} />
		</main>
	);
}

type Part = (props: { readonly state: PanelState }) => JSX.Element | null;

function Actions({
	state,
	post,
}: {
	readonly state: PanelState;
	readonly post: (message: FromResultPanel) => void;
}): JSX.Element | null {
	const { labels } = state;
	if (state.phase === 'running') {
		return (
			<div class="actions" role="group" aria-label={labels.actions}>
				<button type="button" class="secondary" onClick={() => post({ type: 'stop' })}>
					{labels.stop}
				</button>
			</div>
		);
	}
	const nothing = state.text.trim() === '';
	if (nothing && state.phase === 'failed') return null;
	return (
		<div class="actions" role="group" aria-label={labels.actions}>
			<button type="button" disabled={nothing} onClick={() => post({ type: 'insert' })}>
				{labels.insert}
			</button>
			{state.canReplace && (
				<button type="button" class="secondary" disabled={nothing} onClick={() => post({ type: 'replace' })}>
					{labels.replace}
				</button>
			)}
			<button type="button" class="secondary" disabled={nothing} onClick={() => post({ type: 'copy' })}>
				{labels.copy}
			</button>
		</div>
	);
}

const Progress: Part = ({ state }) => {
	const { fraction, labels, phase, status } = state;
	const percent = fraction === undefined ? undefined : Math.round(fraction * 100);
	const known = percent === undefined ? {} : { 'aria-valuenow': percent };
	return (
		<section class="progress">
			{phase === 'running' && (
				<div
					class={percent === undefined ? 'bar unknown' : 'bar'}
					role="progressbar"
					aria-label={labels.progress}
					aria-valuemin={0}
					aria-valuemax={100}
					{...known}
				>
					<div class="done" style={percent === undefined ? {} : { width: `${percent}%` }} />
				</div>
			)}
			{/* While it runs the status changes with every line; read aloud, it would drown the result. */}
			<p
				class={phase === 'failed' ? 'status failed' : 'status'}
				{...(phase === 'running' ? {} : { role: phase === 'failed' ? 'alert' : 'status' })}
			>
				{status}
			</p>
		</section>
	);
};

const Notes: Part = ({ state }) =>
	state.notes.length === 0 ? null : (
		<ul class="notes" aria-label={state.labels.notes}>
			{state.notes.map((note, index) => (
				<li key={index}>{note}</li>
			))}
		</ul>
	);

/** The text is a text node and nothing else: what a model writes is never markup (S2). */
const Result: Part = ({ state }) => {
	const element = useRef<HTMLElement>(null);
	const follows = useRef(true);
	useLayoutEffect(() => {
		const result = element.current;
		if (result && follows.current && state.phase === 'running') result.scrollTop = result.scrollHeight;
	}, [state.text, state.phase]);
	const onScroll = (): void => {
		const result = element.current;
		// A reader who scrolled up wants to stay there.
		if (result) follows.current = result.scrollHeight - result.scrollTop - result.clientHeight < 24;
	};
	if (state.text === '' && state.phase === 'failed') return null;
	return (
		<section
			ref={element}
			class="result"
			tabIndex={0}
			role="region"
			aria-label={state.labels.result}
			onScroll={onScroll}
		>
			{state.text}
		</section>
	);
};

const Announcements: Part = ({ state }) => {
	const spoken = useRef(0);
	const [words, setWords] = useState('');
	useEffect(() => {
		if (state.text.length < spoken.current) spoken.current = 0;
		const next = nextAnnouncement(state.text, spoken.current, state.phase !== 'running');
		if (next === '') return;
		spoken.current += next.length;
		setWords(next);
	}, [state.text, state.phase]);
	return (
		<div class="announcements" aria-live="polite">
			{words}
		</div>
	);
};

const api = acquireVsCodeApi();
const post = (message: FromResultPanel): void => api.postMessage(message);
const root = document.getElementById('root');
if (root) render(<ResultPanel post={post} />, root);
