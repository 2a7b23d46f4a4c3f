import { render, type JSX } from 'preact';
import { useEffect, useMemo, useReducer } from 'preact/hooks';
import { parseChatLabels, parseToChatPanel, type FromChatPanel, type ToChatPanel } from '../../protocol';
import { Announcements } from './Announcements';
import { emptyChat, reduceChat } from './chatState';
import { Composer } from './Composer';
import { Conversation } from './Conversation';
import { oncePerFrame } from './oncePerFrame';
import { PageContext, type MarkdownModule, type Page } from './page';
import { Surroundings } from './Surroundings';
import { type DraftStore } from './useDraft';

declare function acquireVsCodeApi(): {
	postMessage(message: FromChatPanel): void;
	getState(): unknown;
	setState(state: unknown): void;
};

function Chat({ page, store }: { readonly page: Page; readonly store: DraftStore }): JSX.Element {
	const [state, dispatch] = useReducer(reduceChat, emptyChat);
	useEffect(() => {
		const batch = oncePerFrame<ToChatPanel>(dispatch);
		const listener = (event: MessageEvent<unknown>): void => {
			const message = parseToChatPanel(event.data);
			if (message) batch(message);
		};
		window.addEventListener('message', listener);
		page.post({ type: 'ready' });
		return () => window.removeEventListener('message', listener);
	}, [page]);
	const isRunning = state.phase !== 'idle';
	useEffect(() => {
		const listener = (event: KeyboardEvent): void => {
			if (event.key === 'Escape' && !event.defaultPrevented && isRunning) page.post({ type: 'stop' });
		};
		window.addEventListener('keydown', listener);
		return () => window.removeEventListener('keydown', listener);
	}, [isRunning, page]);
	const questions = useMemo(
		() => state.turns.filter(({ kind }) => kind === 'question').map(({ text }) => text),
		[state.turns],
	);
	return (
		<PageContext.Provider value={page}>
			<main aria-busy={isRunning}>
				<Conversation state={state} />
				<Surroundings status={state.status} />
				<Composer state={state} questions={questions} store={store} />
				<Announcements state={state} />
			</main>
		</PageContext.Provider>
	);
}

const api = acquireVsCodeApi();
const root = document.getElementById('root');
const labels = parseChatLabels(JSON.parse(root?.dataset.labels ?? 'null'));
if (root && labels) {
	// VS Code hands it back when the page is made anew: the draft is all that the page keeps itself.
	const store: DraftStore = {
		read: () => {
			const state = api.getState();
			return typeof state === 'string' ? state : '';
		},
		write: text => api.setState(text),
	};
	const page: Page = {
		labels,
		post: message => api.postMessage(message),
		// The page itself has no folder that it could be found in.
		loadMarkdown: async () => (await import(root.dataset.markdown ?? '')) as MarkdownModule,
	};
	render(<Chat page={page} store={store} />, root);
}
