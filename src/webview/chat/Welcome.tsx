import { type JSX } from 'preact';
import { type StatusView } from '../../protocol';
import { ModelCard } from './ModelCard';
import { usePage } from './page';

/** An empty conversation: what this is, or how to get a model that can chat. */
export function Welcome({ status }: { readonly status: StatusView | undefined }): JSX.Element {
	const { labels } = usePage();
	if (status?.card) return <ModelCard card={status.card} />;
	return (
		<div class="welcome">
			<div class="drop" aria-hidden="true" />
			<h1>{labels.welcome}</h1>
			<p>{labels.welcomeHint}</p>
		</div>
	);
}
