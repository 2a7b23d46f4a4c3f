import { type JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { decorateCode } from './decorateCode';
import { type GrowingMarkdown, type MarkdownRenderer } from './markdownRenderer';
import { usePage } from './page';

interface MarkdownProps {
	readonly turn: string;
	readonly text: string;
	/** No more text will come. */
	readonly isComplete: boolean;
}

/** An answer. Until the renderer is loaded, and only then, it is plain text. */
export function Markdown({ turn, text, isComplete }: MarkdownProps): JSX.Element {
	const renderer = useRenderer();
	const growing = useRef<GrowingMarkdown>();
	if (!renderer) return <div class="markdown plain">{text}</div>;
	growing.current ??= renderer.growing();
	const blocks = growing.current.blocks(text);
	return (
		<div class="markdown">
			{blocks.map((source, index) => (
				<Block
					key={index}
					turn={turn}
					source={source}
					isComplete={isComplete || index < blocks.length - 1}
					renderer={renderer}
				/>
			))}
		</div>
	);
}

interface BlockProps {
	readonly turn: string;
	readonly source: string;
	/** Its text will not change any more, so it is worth colouring. */
	readonly isComplete: boolean;
	readonly renderer: MarkdownRenderer;
}

/** A paragraph, list, table or block of code; drawn anew only when its own text changed. */
function Block({ turn, source, isComplete, renderer }: BlockProps): JSX.Element {
	const { labels, post } = usePage();
	const element = useRef<HTMLDivElement>(null);
	useLayoutEffect(() => {
		const block = element.current;
		if (!block) return;
		block.replaceChildren(renderer.render(source));
		for (const pre of block.querySelectorAll('pre'))
			decorateCode(pre, labels, (action, code, language) => post({ type: 'code', action, turn, code, language }));
	}, [source, renderer]);
	useEffect(() => {
		if (isComplete) for (const pre of element.current?.querySelectorAll('pre') ?? []) void renderer.highlight(pre);
	}, [source, isComplete, renderer]);
	const open = (target: EventTarget | null): boolean => {
		const link = target instanceof Element ? target.closest<HTMLElement>('a') : null;
		const { address, place } = link?.dataset ?? {};
		if (address !== undefined) post({ type: 'link', address });
		else if (place !== undefined) post({ type: 'place', turn, label: place });
		else return false;
		return true;
	};
	return (
		<div
			ref={element}
			class="block"
			onClick={event => {
				if (open(event.target)) event.preventDefault();
			}}
			onKeyDown={event => {
				if ((event.key === 'Enter' || event.key === ' ') && open(event.target)) event.preventDefault();
			}}
		/>
	);
}

/** The renderer, loaded when the first answer is shown: the panel itself is there before. */
function useRenderer(): MarkdownRenderer | undefined {
	const [renderer, setRenderer] = useState<MarkdownRenderer>();
	const { labels, loadMarkdown } = usePage();
	useEffect(() => {
		let isWanted = true;
		void loadMarkdown().then(({ markdownRenderer }) => {
			if (isWanted) setRenderer(markdownRenderer(labels));
		});
		return () => {
			isWanted = false;
		};
	}, [labels, loadMarkdown]);
	return renderer;
}
