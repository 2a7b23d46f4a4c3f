import { type JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type TurnView } from '../../protocol';
import { type ChatState } from './chatState';
import { IconButton } from './Icon';
import { OlderTurns } from './OlderTurns';
import { usePage } from './page';
import { Turn } from './Turn';
import { Welcome } from './Welcome';

/** This near to the end, in pixels, a reader follows the answer. */
const followWithin = 40;

/** The turns, scrolled along with an answer unless the reader went elsewhere. */
export function Conversation({ state }: { readonly state: ChatState }): JSX.Element {
	const { labels } = usePage();
	const element = useRef<HTMLElement>(null);
	const follows = useRef(true);
	const [isAway, setIsAway] = useState(false);
	const toEnd = (): void => {
		const list = element.current;
		if (list) list.scrollTop = list.scrollHeight;
	};
	useLayoutEffect(() => {
		// A welcome is read from its beginning.
		follows.current = state.turns.length > 0;
		if (follows.current) toEnd();
	}, [state.session, state.turns.length]);
	useEffect(() => {
		// Blocks are drawn after the text arrived and code is coloured later: whatever grows, a reader who follows stays at the end.
		const observer = new ResizeObserver(() => {
			if (follows.current) toEnd();
		});
		for (const child of element.current?.children ?? []) observer.observe(child);
		return () => observer.disconnect();
	}, []);
	const onScroll = (): void => {
		const list = element.current;
		if (!list) return;
		follows.current = list.scrollHeight - list.scrollTop - list.clientHeight < followWithin;
		setIsAway(!follows.current);
	};
	return (
		<div class="conversation">
			<section ref={element} class="turns" tabIndex={0} aria-label={labels.conversation} onScroll={onScroll}>
				<div class="turn-list">
					{state.turns.length === 0 ? state.isLoaded && <Welcome status={state.status} /> : <Turns state={state} />}
					{state.phase === 'waiting' && <p class="waiting">{labels.waiting}</p>}
				</div>
			</section>
			{isAway && (
				<div class="scroll-down">
					<IconButton icon="arrowDown" label={labels.scrollDown} onClick={toEnd} />
				</div>
			)}
		</div>
	);
}

function Turns({ state }: { readonly state: ChatState }): JSX.Element {
	const { labels } = usePage();
	const isBusy = state.phase !== 'idle';
	return (
		<>
			<h1 class="announcements">{state.title === '' ? labels.title : state.title}</h1>
			{/* By place: a person who goes through versions stays at the button that does. */}
			{state.turns.flatMap((turn, index) => [
				...(state.older?.before === turn.id ? [<OlderTurns key="older" older={state.older} />] : []),
				<SameTurn key={`${state.session} ${index}`} turn={turn} isBusy={isBusy} />,
			])}
		</>
	);
}

/** Draws a turn only when it changed: an answer of a long conversation costs as much as one of a short. */
function SameTurn({ turn, isBusy }: { readonly turn: TurnView; readonly isBusy: boolean }): JSX.Element {
	return useMemo(() => <Turn turn={turn} isBusy={isBusy} />, [turn, isBusy]);
}
